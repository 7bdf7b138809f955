//! How somebody looks at a page: the width of their screen, light or dark, with or without script.

use std::fmt;

/// A phone's width, in CSS pixels.
pub const PHONE: u32 = 390;
/// A usual screen's width, in CSS pixels.
pub const SCREEN: u32 = 1440;
/// A 4K screen's width, in CSS pixels.
pub const WALL: u32 = 3840;

/// How a browser is set up.
#[derive(Clone, Copy, Debug)]
pub struct Look {
    /// Of the window, in CSS pixels.
    pub width: u32,
    /// Whether the reader prefers dark pages.
    pub dark: bool,
    /// Whether pages may run script.
    pub script: bool,
}

impl Look {
    /// Light, with script.
    pub const fn new(width: u32) -> Self {
        Self { width, dark: false, script: true }
    }

    /// The same in the dark.
    pub const fn dark(self) -> Self {
        Self { dark: true, ..self }
    }

    /// The same without script.
    pub const fn no_script(self) -> Self {
        Self { script: false, ..self }
    }

    pub(crate) fn height(self) -> u32 {
        match self.width {
            PHONE => 844,
            WALL => 2160,
            _ => 900,
        }
    }
}

/// As the pictures' files are named: `390-dark-noscript`.
impl fmt::Display for Look {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let light = if self.dark { "dark" } else { "light" };
        write!(f, "{}-{light}{}", self.width, if self.script { "" } else { "-noscript" })
    }
}
