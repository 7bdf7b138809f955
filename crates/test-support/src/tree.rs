//! Ending a process with everything that it started: what PostgreSQL's backends need, who each lead a session of their own
//! and would go on answering for a moment after their parent's death.

use std::fs;

use rustix::process::{Pid, Signal, kill_process};

use crate::{BOUND, until};

/// Ends it and all its descendants as a power cut would. Nothing of them runs when this returns; who its parent is still
/// has to wait for it.
#[track_caller]
pub(crate) fn kill_tree(root: Pid) {
    let mut tree = vec![root];
    let mut at = 0;
    while let Some(&parent) = tree.get(at) {
        // Stopped before its children are listed: it has no more of them.
        signal(parent, Signal::STOP);
        tree.extend(children(parent));
        at += 1;
    }
    tree.iter().for_each(|id| signal(*id, Signal::KILL));
    until(BOUND, "killed processes to end", || {
        let runs = |id: &Pid| read(*id).is_some_and(|process| process.state != 'Z');
        (!tree.iter().any(runs)).then_some(())
    });
}

/// The processes that it started and that are still there.
pub(crate) fn children(parent: Pid) -> impl Iterator<Item = Pid> {
    let entries = fs::read_dir("/proc").expect("/proc can be read").flatten();
    let ids = entries.filter_map(|entry| Pid::from_raw(entry.file_name().to_str()?.parse().ok()?));
    ids.filter(move |id| read(*id).is_some_and(|process| process.parent == parent.as_raw_pid()))
}

/// What the system says of a process.
struct Seen {
    state: char,
    parent: i32,
}

/// Nothing when there is no such process any more.
fn read(id: Pid) -> Option<Seen> {
    let text = fs::read_to_string(format!("/proc/{}/stat", id.as_raw_pid())).ok()?;
    // `id (name) state parent …`, where the name may hold anything.
    let (_, rest) = text.rsplit_once(") ")?;
    let mut words = rest.split(' ');
    Some(Seen { state: words.next()?.chars().next()?, parent: words.next()?.parse().ok()? })
}

fn signal(id: Pid, signal: Signal) {
    // Fails but for one that has ended meanwhile.
    let _ = kill_process(id, signal);
}
