//! What markup holds, as far as the tests ask: nothing of a browser.

/// Each tag of a page, as it is written between `<` and `>`. Quotes may hold either.
pub(crate) fn tags(page: &str) -> Vec<&str> {
    let mut tags = Vec::new();
    let mut rest = page;
    while let Some(start) = rest.find('<') {
        rest = &rest[start + 1..];
        let mut quote = None;
        let end = rest.char_indices().find(|(_, letter)| {
            match quote {
                Some(open) if open == *letter => quote = None,
                None if matches!(letter, '"' | '\'') => quote = Some(*letter),
                None => return *letter == '>',
                Some(_) => {}
            }
            false
        });
        let end = end.map_or(rest.len(), |(at, _)| at);
        tags.push(&rest[..end]);
        rest = &rest[end..];
    }
    tags
}

/// A tag's attributes, quoted as all of ours are.
pub(crate) fn attributes(tag: &str) -> Vec<(&str, &str)> {
    let mut found = Vec::new();
    let mut rest = tag;
    while let Some((before, after)) = rest.split_once("=\"") {
        let name = before.rsplit(|letter: char| letter.is_whitespace() || letter == '"').next().unwrap_or_default();
        let (value, next) = after.split_once('"').unwrap_or((after, ""));
        found.push((name, value));
        rest = next;
    }
    found
}

#[test]
fn tags_and_attributes_are_found() {
    let page = "<!doctype html><a href=\"/x?a>b\" title='c'>d &lt; e</a><input required name=\"q\">";
    assert_eq!(tags(page), ["!doctype html", "a href=\"/x?a>b\" title='c'", "/a", "input required name=\"q\""]);
    assert_eq!(attributes(tags(page)[1]), [("href", "/x?a>b")]);
    assert_eq!(attributes(tags(page)[3]), [("name", "q")]);
}
