//! The seat strip: a tile a seat while there are few, a bar when there are many.

use askama::Template;
use askama::filters::HtmlSafe;

use crate::words::{When, many};

/// Tiles in a strip; more seats than these are shown as a bar.
const TILES: u32 = 40;

/// The seats of a pool by how they stand.
#[derive(Template)]
#[template(path = "parts/strip.html")]
pub(crate) struct Strip {
    pub(crate) live: u32,
    pub(crate) silent: u32,
    pub(crate) held: u32,
    pub(crate) free: u32,
    /// Whether it is told only that a seat is in use, and not how it stands.
    pub(crate) plain: bool,
    /// When the next seat is back at the latest.
    pub(crate) next: Option<When>,
}

/// Its template escapes.
impl HtmlSafe for Strip {}

impl Strip {
    /// A pool of which is told how many seats are in use, and no more.
    pub(crate) fn plain(in_use: u32, free: u32) -> Self {
        Self { live: in_use, silent: 0, held: 0, free, plain: true, next: None }
    }

    fn parts(&self) -> [(&'static str, u32); 4] {
        [("live", self.live), ("silent", self.silent), ("held", self.held), ("free", self.free)]
    }

    /// What a part is called.
    fn word(&self, name: &'static str) -> &'static str {
        if self.plain && name == "live" { "in use" } else { name }
    }

    fn all(&self) -> u32 {
        self.parts().iter().map(|(_, count)| count).sum()
    }

    fn few(&self) -> bool {
        self.all() <= TILES
    }

    fn tiles(&self) -> impl Iterator<Item = &'static str> {
        self.parts().into_iter().flat_map(|(name, count)| std::iter::repeat_n(name, count as usize))
    }

    /// Of the bar: where each part begins and how wide it is, in thousandths.
    fn pieces(&self) -> impl Iterator<Item = (&'static str, u64, u64)> {
        let all = u64::from(self.all().max(1));
        let mut from = 0;
        self.parts().into_iter().take(3).filter(|(_, count)| *count > 0).map(move |(name, count)| {
            // What there is of something is seen, however little.
            let wide = (u64::from(count) * 1000 / all).max(4);
            let piece = (name, from, wide);
            from += wide;
            piece
        })
    }

    /// What somebody hears who does not see it.
    fn label(&self) -> String {
        let shown = self.parts().into_iter().filter(|(_, count)| *count > 0);
        let parts: Vec<_> = shown.map(|(name, count)| format!("{count} {}", self.word(name))).collect();
        format!("{}: {}", many(self.all().into(), "seat"), parts.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn strip(live: u32, silent: u32, held: u32, free: u32) -> Strip {
        Strip { live, silent, held, free, plain: false, next: None }
    }

    #[test]
    fn few_seats_are_tiles_and_many_are_a_bar() {
        let few = strip(5, 1, 1, 3).render().unwrap();
        assert_eq!(few.matches("<i class=\"live\"></i>").count(), 5 + 1, "five tiles and the legend");
        assert!(few.contains("10 seats: 5 live, 1 silent, 1 held, 3 free"), "{few}");
        let many = strip(28, 3, 0, 219).render().unwrap();
        assert!(many.contains(r#"<rect class="silent" x="112" width="12""#), "{many}");
    }

    #[test]
    fn one_of_many_is_still_seen() {
        let pieces: Vec<_> = strip(49_999, 1, 0, 0).pieces().collect();
        assert_eq!(pieces[1].2, 4);
    }
}
