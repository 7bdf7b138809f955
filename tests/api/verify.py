"""Verifies a token by a JWKS, as anybody may with any JOSE library: `verify.py JWKS_URL < TOKEN` prints its claims."""

import json
import sys

import jwt

token = sys.stdin.read().strip()
key = jwt.PyJWKClient(sys.argv[1]).get_signing_key_from_jwt(token)
required = ["iss", "iat", "exp", "jti", "sub"]
claims = jwt.decode(token, key, algorithms=["EdDSA"], options={"require": required})
print(json.dumps({"header": jwt.get_unverified_header(token), "claims": claims}))
