//! What the two engines say to their databases: only what SQLite, PostgreSQL and its distributed relatives mean the same by,
//! so that another engine that speaks the protocol is a matter of running the conformance suite. It reads the SQL files and
//! the text literals of the two crates; which tables there are it does not know.

use std::collections::BTreeMap;

use crate::assert_none;
use crate::repository::{File, files};

const ENGINES: [&str; 2] = ["crates/store-sqlite/src/", "crates/store-postgres/src/"];

/// Words in small letters, and what is wrong with them.
const FOREIGN: &[(&str, &str)] = &[
    ("advisory", "advisory locks: CockroachDB has none, and a pooler between gives them to another; lock a row"),
    ("listen", "LISTEN/NOTIFY: lost with a connection, unknown to others; follow the lanes"),
    ("notify", "LISTEN/NOTIFY: lost with a connection, unknown to others; follow the lanes"),
    ("trigger", "triggers: what changes is what the ledger says, and nothing beside it"),
    ("create function", "functions: the decisions stand in the domain"),
    ("create procedure", "procedures: the decisions stand in the domain"),
    ("do $", "DO blocks: one dialect's; a step is one statement"),
    ("create sequence", "sequences: their numbers have gaps and come late; a lane's row counts"),
    ("nextval", "sequences: their numbers have gaps and come late; a lane's row counts"),
    ("serial", "numbers of the database's own: ids are drawn before, so that a batch can run again"),
    ("bigserial", "numbers of the database's own: ids are drawn before, so that a batch can run again"),
    ("generated", "identity and generated columns: ids are drawn before, so that a batch can run again"),
    ("autoincrement", "numbers of the database's own: ids are drawn before, so that a batch can run again"),
    ("savepoint", "SAVEPOINT: after a failure a batch is begun again, whole"),
    ("skip locked", "SKIP LOCKED: what is left out depends on who else is there; batches wait in one order"),
    ("nowait", "NOWAIT: batches wait in one order, for a bounded time"),
    ("::", "a cast that only PostgreSQL writes so: CAST(… AS …)"),
    ("->", "JSON operators: each dialect has its own; what is asked for has a column"),
    ("@>", "JSON operators: each dialect has its own; what is asked for has a column"),
    ("jsonb", "JSON types: each dialect has its own; JSON is text"),
    ("json_extract", "JSON functions: each dialect has its own; what is asked for has a column"),
    ("now()", "the transaction's start, not the lock's: clock_timestamp() is the one clock that is read"),
    ("current_timestamp", "the transaction's start, not the lock's: clock_timestamp() is the one clock that is read"),
    ("current_time", "the transaction's start, not the lock's: clock_timestamp() is the one clock that is read"),
    ("current_date", "the transaction's start, not the lock's: clock_timestamp() is the one clock that is read"),
    ("localtimestamp", "the transaction's start, not the lock's: clock_timestamp() is the one clock that is read"),
    ("datetime(", "SQLite's own clock: `now` is handed in"),
    ("strftime(", "SQLite's own clock: `now` is handed in"),
    ("gen_random_uuid", "ids are drawn before, so that a batch can run again"),
    ("random()", "chance is drawn before, so that a batch can run again"),
    ("timestamptz", "instants are microseconds in integers, the same in every engine"),
    ("interval", "spans are microseconds in integers, the same in every engine"),
    ("ilike", "each database folds letters in its own way: names are stored folded, or folded by the domain"),
    ("insert or replace", "SQLite's own, and it deletes first: ON CONFLICT … DO UPDATE"),
    ("ctid", "where a row lies is no key"),
    ("lock table", "whole tables: lock rows, in one order"),
    ("unlogged", "what is written survives the loss of power"),
];

/// Marks of a literal that is SQL, and no sentence for people.
const MARKS: &[&str] = &[
    "SELECT",
    "INSERT",
    "UPDATE",
    "DELETE",
    "CREATE",
    "ALTER",
    "DROP",
    "WHERE",
    "JOIN",
    "BEGIN",
    "SET",
    "LOCK",
    "LISTEN",
    "NOTIFY",
    "SAVEPOINT",
    "ROLLBACK",
    "DO",
    "SHOW",
];

/// Steps that make another thing on each engine, and why.
const APART: &[(u32, &str)] = &[
    (28, "a checkout names its device always there, and only where it is not its session's here"),
    (60, "a whole number of eight bytes is an INTEGER here and a BIGINT there"),
    (65, "an instant is an INTEGER here and a BIGINT there"),
    (66, "an instant is an INTEGER here and a BIGINT there"),
    (67, "a whole number of eight bytes is an INTEGER here and a BIGINT there"),
    (69, "an id is a BLOB here and a UUID there"),
];

#[test]
fn sql_is_what_the_engines_share() {
    assert_none(
        "SQL stays within what SQLite, PostgreSQL and its distributed relatives mean the same by:",
        &foreign(&files()),
    );
}

#[test]
fn a_step_makes_the_same_on_both_engines() {
    assert_none(
        "A step's number makes the same thing in both engines, so that one list of steps tells where books stand:",
        &steps_apart(&files()),
    );
}

fn foreign(files: &[File]) -> Vec<String> {
    let mut breaches = Vec::new();
    for file in files.iter().filter(|file| ENGINES.iter().any(|engine| file.path.starts_with(engine))) {
        let texts = if file.is_rust() { literals(&file.text) } else { vec![(1, without_comments(&file.text))] };
        for (line, text) in texts {
            if file.is_rust() && !MARKS.iter().any(|mark| contains(&text, mark)) {
                continue;
            }
            let text = text.to_lowercase().split_whitespace().collect::<Vec<_>>().join(" ");
            for (word, why) in FOREIGN.iter().filter(|(word, _)| contains(&text, word)) {
                breaches.push(format!("{}:{line}: `{word}`: {why}", file.path));
            }
        }
    }
    breaches
}

/// Whether a text holds a word, whole.
fn contains(text: &str, word: &str) -> bool {
    let part = |letter: Option<char>| letter.is_some_and(|letter| letter.is_alphanumeric() || letter == '_');
    text.match_indices(word).any(|(at, _)| {
        let (before, after) = (text[..at].chars().next_back(), text[at + word.len()..].chars().next());
        let (first, last) = (word.chars().next(), word.chars().next_back());
        !(part(first) && part(before) || part(last) && part(after))
    })
}

fn without_comments(sql: &str) -> String {
    sql.lines().map(|line| line.split("--").next().unwrap_or_default()).collect::<Vec<_>>().join("\n")
}

/// The text literals of a Rust file, each with the line that it begins on.
fn literals(rust: &str) -> Vec<(usize, String)> {
    let mut literals = Vec::new();
    let mut rest = rust;
    let line = |rest: &str| rust[..rust.len() - rest.len()].matches('\n').count() + 1;
    while let Some(letter) = rest.chars().next() {
        let raw = rest.strip_prefix('r').map(|after| after.len() - after.trim_start_matches('#').len());
        if rest.starts_with("//") {
            rest = rest.find('\n').map_or("", |end| &rest[end..]);
        } else if rest.starts_with("'\"'") || rest.starts_with("'\\\"'") {
            rest = &rest[rest[1..].find('\'').map_or(1, |end| end + 2)..];
        } else if let Some(hashes) = raw.filter(|hashes| rest[1 + hashes..].starts_with('"')) {
            let (body, end) = (&rest[hashes + 2..], format!("\"{}", "#".repeat(hashes)));
            let length = body.find(&end).unwrap_or(body.len());
            literals.push((line(rest), body[..length].to_owned()));
            rest = body.get(length + end.len()..).unwrap_or_default();
        } else if letter == '"' {
            let mut escaped = false;
            let length = rest[1..].find(|letter| {
                let ends = letter == '"' && !escaped;
                escaped = letter == '\\' && !escaped;
                ends
            });
            let length = length.unwrap_or(rest.len() - 1);
            // A line that goes on is one text with the next.
            literals.push((line(rest), rest[1..=length].replace("\\\n", " ")));
            rest = rest.get(length + 2..).unwrap_or_default();
        } else {
            rest = &rest[letter.len_utf8()..];
        }
    }
    literals
}

fn steps_apart(files: &[File]) -> Vec<String> {
    let [here, there] = ENGINES.map(|engine| steps(files, engine));
    let both = here.iter().filter_map(|(number, what)| Some((number, what, there.get(number)?)));
    let apart = both.filter(|(number, what, other)| what != other && !APART.iter().any(|(known, _)| known == *number));
    apart.map(|(number, what, other)| format!("step {number}: `{what}` here, `{other}` there")).collect()
}

/// What each step of an engine makes: its statement up to the name of what is made.
fn steps(files: &[File], engine: &str) -> BTreeMap<u32, String> {
    let mut steps = BTreeMap::new();
    for file in files.iter().filter(|file| file.path.starts_with(engine) && file.path.ends_with(".sql")) {
        for step in file.text.split("-- step ").skip(1) {
            let (head, statement) = step.split_once('\n').unwrap_or((step, ""));
            let number = head.split(':').next().unwrap_or_default().trim().parse().expect("a step's number");
            let statement = without_comments(statement);
            let words: Vec<&str> = statement.split_whitespace().take_while(|word| !word.starts_with('(')).collect();
            steps.insert(number, words.join(" "));
        }
    }
    assert!(!steps.is_empty(), "{engine} has no schema");
    steps
}

mod breaches {
    //! Each rule above, seen to turn red.

    use super::*;

    fn said(path: &str, text: &str) -> usize {
        foreign(&[File::new(&format!("crates/store-postgres/src/{path}"), text)]).len()
    }

    #[test]
    fn foreign_words_are_seen_in_sql_files() {
        assert_eq!(said("schema/1.sql", "CREATE TABLE t (at BIGINT DEFAULT\n now());"), 1);
        assert_eq!(said("schema/1.sql", "CREATE SEQUENCE s;\nCREATE TABLE t (n SERIAL);"), 2);
        assert_eq!(said("schema/1.sql", "-- no trigger\nCREATE TABLE lanes (sequence BIGINT, serial_number TEXT);"), 0);
    }

    #[test]
    fn foreign_words_are_seen_in_rust() {
        assert_eq!(said("a.rs", "const A: &str = \"SELECT x::TEXT FROM y\";"), 1);
        assert_eq!(said("a.rs", "const A: &str = \"SELECT 1 FROM t FOR UPDATE SKIP \\\n    LOCKED\";"), 1);
        assert_eq!(said("a.rs", "let a = r#\"SELECT \"x\" -> 'y' FROM t\"#;"), 1);
        assert_eq!(said("a.rs", "fn f(a: '\\'') { link.plain(\"SAVEPOINT a\") }"), 1);
    }

    #[test]
    fn rust_and_prose_are_left_alone() {
        assert_eq!(
            said("a.rs", "use a::b; // \"SELECT now()\"\nfn f() -> u8 { log(\"who may listen now() -> here\") }"),
            0
        );
        assert_eq!(said("a.rs", "let a = '\"'; b::c(\"UPDATE lanes SET sequence = sequence + 1\")"), 0);
    }

    #[test]
    fn steps_that_differ_are_seen() {
        let file = |engine: &str, sql: &str| File::new(&format!("{engine}schema/1.sql"), sql);
        let here = file(ENGINES[0], "-- step 1: why\nCREATE TABLE a (n INTEGER);\n-- step 2\nCREATE INDEX b ON a (n);");
        let there = file(ENGINES[1], "-- step 1\nCREATE TABLE a (\n n BIGINT);\n-- step 2\nCREATE INDEX c ON a (n);");
        assert_eq!(steps_apart(&[here, there]), ["step 2: `CREATE INDEX b ON a` here, `CREATE INDEX c ON a` there"]);
    }
}
