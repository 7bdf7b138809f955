//! The square that a telephone's camera reads.

use qrcode::{Color, EcLevel, QrCode};

/// Light modules around it, which cameras look for.
const MARGIN: usize = 4;

/// A square of modules, as SVG draws it.
pub(crate) struct Square {
    /// Modules on a side, the margin with them.
    pub(crate) size: usize,
    /// Dark ones, as a path.
    pub(crate) path: String,
}

impl Square {
    /// Of a text; none where it is too long for one.
    pub(crate) fn of(text: &str) -> Option<Self> {
        let code = QrCode::with_error_correction_level(text, EcLevel::M).ok()?;
        let width = code.width();
        let dark = (0..width).flat_map(|y| (0..width).map(move |x| (x, y))).filter(|at| code[*at] == Color::Dark);
        let path = dark.map(|(x, y)| format!("M{},{}h1v1h-1z", x + MARGIN, y + MARGIN)).collect();
        Some(Self { size: width + 2 * MARGIN, path })
    }
}
