//! What the documents tell people to type, read as the program reads it. Runs nothing.

use std::fs;
use std::path::Path;

use clap::Parser;

use super::Cli;

/// The README and every page of `docs/`, with their names.
fn documents() -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let pages = fs::read_dir(root.join("docs")).expect("docs/ is there").map(|page| page.expect("a page").path());
    let pages = pages.chain([root.join("README.md")]).filter(|path| path.extension().is_some_and(|kind| kind == "md"));
    pages.map(|path| (path.display().to_string(), fs::read_to_string(path).expect("a page is text"))).collect()
}

#[test]
fn every_command_of_the_documents_is_one() {
    let mut read = 0;
    for (name, text) in documents() {
        for words in commands(&text) {
            // What is a blank to be filled in is filled in.
            let filled =
                words.iter().map(|word| if word == "SESSION" { uuid::Uuid::nil().to_string() } else { word.clone() });
            if let Err(error) = Cli::try_parse_from(filled) {
                panic!("{name}: {}\n{error}", words.join(" "));
            }
            read += 1;
        }
    }
    assert!(read > 20, "only {read} commands were found");
}

#[test]
fn a_command_is_found_among_what_surrounds_it() {
    let text = "A `seatkeeper word` in prose.\n```\nsudo -u seatkeeper seatkeeper check --data D # also now\n\
                sudo useradd --system seatkeeper\n\
                export T=$(seatkeeper token create --label \"my desk\")\nK=… seatkeeper man > page\n```\n";
    assert_eq!(
        commands(text),
        [
            vec!["seatkeeper", "check", "--data", "D"],
            vec!["seatkeeper", "token", "create", "--label", "my desk"],
            vec!["seatkeeper", "man"]
        ]
    );
}

/// The commands that stand in blocks of code.
fn commands(text: &str) -> Vec<Vec<String>> {
    let blocks = text.split("```").skip(1).step_by(2);
    blocks.flat_map(str::lines).filter_map(command).collect()
}

/// Ours on a line of a shell, without what comes before and behind it: other programs' words may be `seatkeeper` too, a user's
/// name for one.
fn command(line: &str) -> Option<Vec<String>> {
    let line = match line.split_once("$(seatkeeper") {
        Some((before, rest)) => format!("{before} seatkeeper{}", rest.trim_end_matches(')')),
        None => line.replace("-u seatkeeper ", ""),
    };
    let words = words(&line);
    let begins = |at: &usize| *at == 0 || words[at - 1] == "sudo" || words[at - 1].contains('=');
    let begin = (0..words.len()).filter(|at| words[*at] == "seatkeeper").find(begins)?;
    Some(words[begin..].iter().take_while(|word| !["#", ">", "|"].contains(&word.as_str())).cloned().collect())
}

/// Words parted by spaces outside of double quotes and brackets.
fn words(line: &str) -> Vec<String> {
    let mut quoted = false;
    let parts = line.split(|c: char| {
        quoted ^= matches!(c, '"' | '(' | ')');
        c.is_whitespace() && !quoted
    });
    parts.filter(|part| !part.is_empty()).map(|part| part.replace('"', "")).collect()
}
