//! The transport over real sockets: crowds, slow and silent peers, TLS, the owner's socket, a graceful end.

use std::future::{Future, pending};
use std::io::{ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::UnixStream;
use std::sync::Arc;
use std::time::Duration;

use axum::routing::{get, post};
use axum::{Extension, Router};
use seatkeeper_api::transport::{Listen, ListenError, Peer, Server, TlsFiles};
use tokio::sync::{Notify, oneshot};
use tokio::task::{JoinHandle, spawn_blocking};

fn listen(max_connections: usize) -> Listen {
    Listen { address: "127.0.0.1:0".parse().unwrap(), tls: None, insecure_http: false, max_connections }
}

/// More than sockets hold.
const LARGE: usize = 64 << 20;

fn routes() -> Router {
    Router::new()
        .route("/", get(|| async { "here" }))
        .route("/who", get(|Extension(peer): Extension<Peer>| async move { format!("{peer:?}") }))
        .route("/large", get(|| async { "x".repeat(LARGE) }))
        .route("/read", post(|body: String| async move { body.len().to_string() }))
}

/// A server that ends with the test.
async fn serving(
    server: Server,
    router: Router,
    end: impl Future<Output = ()> + Send + 'static,
) -> (SocketAddr, JoinHandle<()>) {
    let address = server.local_addr().unwrap();
    (address, tokio::spawn(server.serve(router, end)))
}

async fn start(max_connections: usize) -> SocketAddr {
    serving(Server::bind(&listen(max_connections)).unwrap(), routes(), pending()).await.0
}

/// Sends bytes and reads to the end of what comes back.
fn say(mut stream: impl Read + Write, bytes: &[u8]) -> String {
    stream.write_all(bytes).unwrap();
    let mut told = Vec::new();
    match stream.read_to_end(&mut told) {
        Ok(_) => {}
        Err(error) if error.kind() == ErrorKind::ConnectionReset => {}
        Err(error) => panic!("{error}"),
    }
    String::from_utf8_lossy(&told).into_owned()
}

fn connect(address: SocketAddr) -> TcpStream {
    // A connect that the backlog drops is tried again by the system, later and later.
    let stream = TcpStream::connect_timeout(&address, Duration::from_secs(20)).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
    stream
}

const GET: &[u8] = b"GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n";

#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_at_once_are_all_answered() {
    let address = start(10_000).await;
    let crowd = spawn_blocking(move || {
        // All are connected before the first asks, and nobody was told to come back later.
        let streams: Vec<TcpStream> = (0..1000).map(|_| connect(address)).collect();
        streams.into_iter().filter(|stream| say(stream, GET).ends_with("here")).count()
    });
    assert_eq!(crowd.await.unwrap(), 1000);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_finds_no_room_waits_until_there_is() {
    let address = start(2).await;
    let answered = spawn_blocking(move || {
        let (first, second, mut third) = (connect(address), connect(address), connect(address));
        third.write_all(GET).unwrap();
        third.set_read_timeout(Some(Duration::from_millis(300))).unwrap();
        let early = third.read(&mut [0; 1]).map_err(|error| error.kind());
        assert!(matches!(early, Err(ErrorKind::WouldBlock | ErrorKind::TimedOut)), "{early:?}");
        drop(first);
        third.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
        let answer = say(third, b"");
        drop(second);
        answer
    });
    assert!(answered.await.unwrap().ends_with("here"));
}

/// Reads to the end on a thread of its own. A paused clock stands while the runtime's own threads are busy, and runs on
/// beside this one.
async fn rest(mut stream: TcpStream) -> Vec<u8> {
    let (tell, told) = oneshot::channel();
    std::thread::spawn(move || {
        let mut bytes = Vec::new();
        // A connection that is reset has ended, too.
        let _ = stream.read_to_end(&mut bytes);
        tell.send(bytes)
    });
    told.await.unwrap()
}

/// With the clock paused it runs on as soon as nobody has anything to do: a peer that dawdles is cut off at once.
#[tokio::test(start_paused = true)]
async fn slow_silent_and_greedy_peers_are_cut_off() {
    let address = start(10).await;
    let send = async |bytes: &'static [u8]| {
        let sent = spawn_blocking(move || {
            let mut stream = connect(address);
            stream.write_all(bytes).map(|()| stream)
        });
        sent.await.unwrap().unwrap()
    };
    assert_eq!(rest(send(b"GET / HTTP/1.1\r\nhost:").await).await, b"", "headers that never end");
    assert_eq!(rest(send(b"").await).await, b"", "a connection for nothing");
    let idle = rest(send(b"GET / HTTP/1.1\r\nhost: x\r\n\r\n").await).await;
    assert!(idle.ends_with(b"here"), "an answer, and the end of an idle connection");
    let deaf = send(b"GET /large HTTP/1.1\r\nhost: x\r\n\r\n").await;
    tokio::time::sleep(Duration::from_secs(120)).await;
    assert!(rest(deaf).await.len() < LARGE, "who does not read is cut off");
}

#[tokio::test(flavor = "multi_thread")]
async fn headers_are_bounded() {
    let address = start(10).await;
    let long = format!("GET / HTTP/1.1\r\nhost: x\r\nx: {}\r\n\r\n", "y".repeat(20_000));
    let answer = spawn_blocking(move || say(connect(address), long.as_bytes())).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 431"), "{answer}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_accepted_is_finished_before_the_end() {
    let (asked, go) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let (telling, waiting) = (asked.clone(), go.clone());
    let slow = move || {
        let (asked, go) = (telling.clone(), waiting.clone());
        async move {
            asked.notify_one();
            go.notified().await;
            "finished"
        }
    };
    let (end, ended) = oneshot::channel::<()>();
    let server = Server::bind(&listen(10)).unwrap();
    let router = routes().route("/slow", get(slow));
    let (address, served) = serving(server, router, async { drop(ended.await) }).await;
    let _idle = spawn_blocking(move || connect(address)).await.unwrap();
    let answer = spawn_blocking(move || say(connect(address), b"GET /slow HTTP/1.1\r\nhost: x\r\n\r\n"));
    asked.notified().await;
    end.send(()).unwrap();
    let refused = spawn_blocking(move || {
        while TcpStream::connect(address).is_ok() {
            std::thread::sleep(Duration::from_millis(5));
        }
    });
    tokio::time::timeout(Duration::from_secs(60), refused).await.expect("no new connection is taken").unwrap();
    go.notify_one();
    assert!(answer.await.unwrap().ends_with("finished"));
    tokio::time::timeout(Duration::from_secs(60), served).await.expect("the server ends").unwrap();
}

#[tokio::test]
async fn plain_http_stays_on_this_machine_unless_told_otherwise() {
    let everywhere = Listen { address: "0.0.0.0:0".parse().unwrap(), ..listen(1) };
    let error = Server::bind(&everywhere).err().unwrap();
    assert!(matches!(error, ListenError::PlainHttp(_)) && error.to_string().contains("insecure_http"), "{error}");
    assert!(Server::bind(&Listen { insecure_http: true, ..everywhere }).is_ok());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_owners_socket_is_the_owners() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("seatkeeper.sock");
    drop(Server::bind_local(&path).unwrap());
    let server = Server::bind_local(&path).expect("what a dead server left is replaced");
    assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    tokio::spawn(server.serve(routes(), pending()));
    let ask =
        move || say(UnixStream::connect(path).unwrap(), b"GET /who HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n");
    assert!(spawn_blocking(ask).await.unwrap().ends_with("Owner"));
    let address = start(10).await;
    let ask = move || say(connect(address), b"GET /who HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n");
    assert!(spawn_blocking(ask).await.unwrap().ends_with("Network(127.0.0.1)"));
}

/// Writes a fresh certificate for `localhost`; what a client must trust.
fn certify(files: &TlsFiles) -> rustls::RootCertStore {
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    std::fs::write(&files.certificate, made.cert.pem()).unwrap();
    std::fs::write(&files.key, made.signing_key.serialize_pem()).unwrap();
    let mut roots = rustls::RootCertStore::empty();
    roots.add(made.cert.der().clone()).unwrap();
    roots
}

fn ask_by_tls(address: SocketAddr, roots: rustls::RootCertStore) -> String {
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = rustls::ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    let config = Arc::new(config.with_root_certificates(roots).with_no_client_auth());
    let client = rustls::ClientConnection::new(config, "localhost".try_into().unwrap()).unwrap();
    say(rustls::StreamOwned::new(client, connect(address)), GET)
}

#[tokio::test(flavor = "multi_thread")]
async fn tls_is_spoken_from_files() {
    let dir = tempfile::tempdir().unwrap();
    let files = TlsFiles { certificate: dir.path().join("cert.pem"), key: dir.path().join("key.pem") };
    let tls = Listen { address: "0.0.0.0:0".parse().unwrap(), tls: Some(files.clone()), ..listen(10) };
    let error = Server::bind(&tls).err().unwrap();
    assert!(error.to_string().contains("cert.pem"), "{error}");
    let roots = certify(&files);
    std::fs::rename(&files.key, dir.path().join("kept")).unwrap();
    certify(&TlsFiles { certificate: dir.path().join("another"), key: files.key.clone() });
    assert!(matches!(Server::bind(&tls).err().unwrap(), ListenError::Certificate { .. }), "another certificate's key");
    std::fs::rename(dir.path().join("kept"), &files.key).unwrap();
    let (address, _) = serving(Server::bind(&tls).unwrap(), routes(), pending()).await;
    let address = SocketAddr::from(([127, 0, 0, 1], address.port()));
    assert!(spawn_blocking(move || ask_by_tls(address, roots)).await.unwrap().ends_with("here"));
    let plain = spawn_blocking(move || say(connect(address), GET)).await.unwrap();
    assert!(!plain.contains("here"), "{plain}");
}
