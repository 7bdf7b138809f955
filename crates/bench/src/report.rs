//! Figures, and the page that is made of them.

use std::fmt::Write;

/// What was measured, run after run.
pub(crate) struct Figure {
    pub(crate) what: String,
    pub(crate) unit: &'static str,
    /// One a run, in the runs' order.
    pub(crate) runs: Vec<f64>,
    pub(crate) goal: Option<Goal>,
}

/// What a figure should be.
#[derive(Clone, Copy)]
pub(crate) enum Goal {
    AtLeast(f64),
    AtMost(f64),
}

/// Figures that belong together.
pub(crate) struct Section {
    pub(crate) title: &'static str,
    /// How they were measured, and what they mean.
    pub(crate) method: String,
    pub(crate) figures: Vec<Figure>,
    /// What else is to be said, in Markdown.
    pub(crate) notes: String,
}

impl Figure {
    /// In a unit; a ratio has none.
    pub(crate) fn new(what: impl Into<String>, unit: &'static str, runs: Vec<f64>) -> Self {
        Self { what: what.into(), unit, runs, goal: None }
    }

    /// `above ÷ below`, run by run.
    pub(crate) fn ratio(what: impl Into<String>, above: &[f64], below: &[f64]) -> Self {
        Self::new(what, "", above.iter().zip(below).map(|(above, below)| above / below).collect())
    }

    /// The same with a goal.
    pub(crate) fn goal(self, goal: Goal) -> Self {
        Self { goal: Some(goal), ..self }
    }

    fn sorted(&self) -> Vec<f64> {
        let mut runs = self.runs.clone();
        runs.sort_by(f64::total_cmp);
        runs
    }

    /// The middle one; of an even number the mean of the two.
    pub(crate) fn median(&self) -> f64 {
        let runs = self.sorted();
        match (runs.get(runs.len().saturating_sub(1) / 2), runs.get(runs.len() / 2)) {
            (Some(one), Some(other)) => (one + other) / 2.0,
            _ => f64::NAN,
        }
    }

    fn spread(&self) -> String {
        let runs = self.sorted();
        match (runs.first(), runs.last()) {
            (Some(least), Some(most)) if runs.len() > 1 => format!("{} – {}", number(*least), number(*most)),
            _ => String::new(),
        }
    }

    fn verdict(&self) -> &'static str {
        match self.goal {
            None => "",
            Some(goal) if goal.met_by(self.median()) => "met",
            Some(_) => "**not met**",
        }
    }

    fn row(&self) -> String {
        let goal = self.goal.map(|goal| goal.to_string()).unwrap_or_default();
        let unit = if self.unit.is_empty() { String::new() } else { format!(" {}", self.unit) };
        let median = number(self.median());
        format!("| {} | {median}{unit} | {} | {goal} | {} |\n", self.what, self.spread(), self.verdict())
    }
}

impl Goal {
    fn met_by(self, median: f64) -> bool {
        match self {
            Goal::AtLeast(least) => median >= least,
            Goal::AtMost(most) => median <= most,
        }
    }
}

impl std::fmt::Display for Goal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Goal::AtLeast(least) => write!(f, "≥ {least}"),
            Goal::AtMost(most) => write!(f, "≤ {most}"),
        }
    }
}

const HEAD: &str = "| | median | spread | goal | |\n|---|--:|--:|--:|---|\n";

impl Section {
    /// As it stands on the page.
    pub(crate) fn markdown(&self) -> String {
        let rows: String = self.figures.iter().map(Figure::row).collect();
        let mut text = format!("## {}\n\n{}\n\n{HEAD}{rows}", self.title, self.method.trim());
        if !self.notes.is_empty() {
            let _ = write!(text, "\n{}\n", self.notes.trim());
        }
        text
    }
}

/// The whole page.
pub(crate) fn page(introduction: &str, sections: &[Section]) -> String {
    let goals: String =
        sections.iter().flat_map(|section| &section.figures).filter(|f| f.goal.is_some()).map(Figure::row).collect();
    let sections: Vec<String> = sections.iter().map(Section::markdown).collect();
    format!("# Benchmarks\n\n{introduction}\n\n## Goals\n\n{HEAD}{goals}\n{}", sections.join("\n"))
}

/// With as many digits as mean something.
fn number(value: f64) -> String {
    let magnitude = value.abs();
    match () {
        () if magnitude >= 1000.0 => grouped(value.round() as i64),
        () if magnitude >= 100.0 => format!("{value:.0}"),
        () if magnitude >= 10.0 => format!("{value:.1}"),
        () => format!("{value:.2}"),
    }
}

fn grouped(value: i64) -> String {
    let digits = value.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_goal_is_met_by_the_median() {
        let figure = Figure::ratio("a", &[1.0, 9.0, 2.0], &[1.0, 1.0, 1.0]);
        assert_eq!(figure.median(), 2.0);
        assert_eq!(figure.goal(Goal::AtLeast(2.0)).verdict(), "met");
        let figure = Figure::new("b", "ms", vec![4.0, 6.0]).goal(Goal::AtMost(4.9));
        assert_eq!(figure.median(), 5.0);
        assert_eq!(figure.row(), "| b | 5.00 ms | 4.00 – 6.00 | ≤ 4.9 | **not met** |\n");
    }

    #[test]
    fn numbers_have_the_digits_that_mean_something() {
        assert_eq!(["1,234,568", "123", "12.3", "0.12"], [1234567.8, 123.4, 12.34, 0.123].map(number));
    }

    #[test]
    fn the_page_shows_every_goal_first() {
        let figure = Figure::new("seats a second", "/s", vec![12.0]).goal(Goal::AtLeast(10.0));
        let section =
            Section { title: "Seats", method: "Taken.".to_owned(), figures: vec![figure], notes: String::new() };
        let page = page("Made by a test.", &[section]);
        assert_eq!(page.matches("| seats a second | 12.0 /s |  | ≥ 10 | met |").count(), 2, "{page}");
    }
}
