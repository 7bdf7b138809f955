//! Whether the server that was built starts and answers at all. Knows nothing of licences.
