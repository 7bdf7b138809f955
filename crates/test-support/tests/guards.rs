//! The guards themselves, tried on small programs: what they promise to tests must be so.

use std::fs::{self, File};
use std::io::{ErrorKind, Read, Write};
use std::net::TcpListener;
use std::process::Command;
use std::time::{Duration, Instant};

use serde_json::json;

use seatkeeper_test_support::{BOUND, Disk, FakeClock, FsyncShim, Http, Process, until};

/// Whether a process still exists; one that was waited for does not.
fn exists(id: u32) -> bool {
    fs::exists(format!("/proc/{id}")).expect("/proc can be read")
}

#[test]
fn a_dropped_process_is_gone() {
    let process = Process::start(Command::new("sleep").arg("600"));
    let id = process.id();
    assert!(exists(id));
    drop(process);
    assert!(!exists(id));
}

#[test]
fn a_panic_takes_its_processes_along() {
    let (tell, told) = std::sync::mpsc::channel();
    let panicked = std::thread::spawn(move || {
        let process = Process::start(Command::new("sleep").arg("600"));
        tell.send(process.id()).expect("the test listens");
        panic!("on purpose");
    });
    assert!(panicked.join().is_err());
    assert!(!exists(told.recv().expect("its id")));
}

#[test]
fn a_process_is_heard_and_spoken_to() {
    let script = "echo ready; while read line; do echo \"got $line\"; done; echo bye";
    let mut shell = Process::start(Command::new("sh").args(["-c", script]));
    shell.hear("ready");
    shell.say("one");
    shell.say("two");
    assert_eq!(shell.hear("got two"), "got two");
    shell.close_stdin();
    shell.hear("bye");
    assert!(shell.wait().success());
}

#[test]
fn stopping_lets_a_process_say_goodbye() {
    let script = "trap 'echo bye; exit 7' TERM; echo ready; while :; do sleep 0.01; done";
    let mut shell = Process::start(Command::new("sh").args(["-c", script]));
    shell.hear("ready");
    assert_eq!(shell.stop().code(), Some(7));
    assert_eq!(shell.stdout(), "ready\nbye\n");
}

#[test]
#[should_panic(expected = "waited 20ms for a pig to fly")]
fn waiting_ends() {
    until(Duration::from_millis(20), "a pig to fly", || None::<()>);
}

#[test]
fn requests_meet_a_real_server() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    fs::write(folder.path().join("a.json"), "{\"seats\": 10}").expect("a page");
    let server = "import http.server as h; s = h.ThreadingHTTPServer(('127.0.0.1', 0), h.SimpleHTTPRequestHandler); \
                  print('listening', s.server_port, flush=True); s.serve_forever()";
    let mut python = Process::start(Command::new("python3").args(["-c", server]).current_dir(&folder));
    let port = python.hear("listening ")["listening ".len()..].to_owned();
    let http = Http::new(&format!("http://127.0.0.1:{port}"));
    assert_eq!(http.get("/a.json").expect(200)["seats"], 10);
    assert_eq!(http.get("/none").status, 404);
    assert_eq!(http.delete("/a.json").status, 501);
    python.kill9();
    assert!(http.attempt("GET", "/a.json", None).is_err());
}

#[test]
fn a_request_arrives_whole_before_it_is_hung_up() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("its address");
    let server = std::thread::spawn(move || {
        let mut request = String::new();
        let (mut stream, _) = listener.accept().expect("a connection");
        stream.read_to_string(&mut request).expect("a request, then the end");
        request
    });
    let http = Http::new(&format!("http://{address}")).bearer("skt_x");
    http.hang_up("POST", "/v1/products", &json!({ "code": "planner" })).expect("it was sent");
    let request = server.join().expect("the server got it");
    assert!(request.starts_with("POST /v1/products HTTP/1.1\r\n"), "{request}");
    assert!(request.contains("\r\nAuthorization: Bearer skt_x\r\n"), "{request}");
    assert!(request.ends_with("\r\n\r\n{\"code\":\"planner\"}"), "{request}");
}

#[test]
fn a_clock_steps_under_a_running_program() {
    let clock = FakeClock::real();
    let script = "import time\nwhile input(): print('clock', int(time.time()), int(time.monotonic()), flush=True)";
    let mut command = Command::new("python3");
    command.args(["-c", script]);
    clock.set(&mut command);
    let mut python = Process::start(&mut command);
    let mut read = || {
        python.say("?");
        let line = python.hear("clock ");
        let numbers: Vec<i64> = line.split(' ').skip(1).map(|number| number.parse().expect("a number")).collect();
        (numbers[0], numbers[1])
    };
    let (before, monotonic) = read();
    clock.step_to(86_400);
    let (ahead, monotonic_ahead) = read();
    clock.step_to(-86_400);
    let (behind, _) = read();
    // An hour of slack: the machine may be slow, the steps are a day.
    assert!((ahead - before - 86_400).abs() < 3_600, "{before} then {ahead}");
    assert!((behind - before + 86_400).abs() < 3_600, "{before} then {behind}");
    assert!(monotonic_ahead - monotonic < 3_600, "the monotonic clock was stepped");
}

#[test]
fn a_full_disk_is_full_as_root() {
    for disk in [Disk::ext4(8), Disk::tmpfs(256)] {
        let write = || fs::write(disk.path().join("file"), [1; 8192]);
        write().expect("there is room");
        fs::remove_file(disk.path().join("file")).expect("it can be removed");
        disk.fill();
        assert_eq!(write().expect_err("it is full").kind(), ErrorKind::StorageFull);
        disk.free_up();
        write().expect("there is room again");
    }
}

#[test]
fn a_read_only_disk_refuses_as_root() {
    let disk = Disk::ext4(8);
    let file = disk.path().join("file");
    disk.read_only(true);
    assert_eq!(File::create(&file).expect_err("read-only").kind(), ErrorKind::ReadOnlyFilesystem);
    disk.read_only(false);
    File::create(&file).expect("writable again");
}

#[test]
fn a_damaged_disk_refuses_who_writes_already_as_root() {
    let disk = Disk::ext4(8);
    let mut file = File::create(disk.path().join("file")).expect("a file");
    let mut write = || file.write_all(b"seat").and_then(|()| file.sync_all());
    write().expect("writable");
    disk.damage();
    assert_eq!(write().expect_err("damaged").kind(), ErrorKind::ReadOnlyFilesystem);
    drop(file);
    disk.repair();
    assert_eq!(fs::read(disk.path().join("file")).expect("it is still there"), b"seat");
    File::create(disk.path().join("file")).expect("writable again");
}

#[test]
fn a_disk_is_unmounted_as_root() {
    let disk = Disk::tmpfs(64);
    let path = disk.path();
    let mounted = || fs::read_to_string("/proc/mounts").expect("/proc can be read");
    assert!(mounted().contains(&*path.to_string_lossy()));
    drop(disk);
    assert!(!mounted().contains(&*path.to_string_lossy()));
}

#[test]
fn syncs_fail_while_told_to() {
    let shim = FsyncShim::with_delay(Duration::ZERO);
    let script = "import os\nf = open('f', 'w')\nwhile input():\n  for sync in os.fsync, os.fdatasync:\n    \
                  try: sync(f.fileno()); print('fine', flush=True)\n    \
                  except OSError as e: print('failed', e.errno, flush=True)";
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut command = Command::new("python3");
    command.args(["-c", script]).current_dir(&folder);
    shim.set(&mut command);
    let mut python = Process::start(&mut command);
    let mut sync = |wanted: &str| {
        python.say("?");
        [python.hear(""), python.hear("")].iter().for_each(|line| assert_eq!(line, wanted));
    };
    sync("fine");
    shim.fail();
    sync("failed 5");
    assert_eq!(shim.failures(), 2);
    assert_eq!(shim.mend(), 2);
    sync("fine");
}

#[test]
fn syncs_take_their_time() {
    let shim = FsyncShim::with_delay(Duration::from_millis(50));
    let mut command = Command::new("python3");
    command.args(["-c", "import os, tempfile; file = tempfile.TemporaryFile(); os.fsync(file.fileno())"]);
    shim.set(&mut command);
    let start = Instant::now();
    assert!(Process::start(&mut command).wait().success());
    // A lower bound, which a slow machine cannot break.
    assert!(start.elapsed() >= Duration::from_millis(50));
    assert!(start.elapsed() < BOUND);
}
