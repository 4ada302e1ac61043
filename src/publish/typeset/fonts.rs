//! The fonts inside the program.
//!
//! In: the files below `templates/fonts`. Out: their bytes. The rule it keeps: these are the only fonts there are, never
//! those of the system, so that a document looks the same everywhere.

/// BIZ UDP Gothic (regular, bold), BIZ UDP Mincho and, for tables of digits, BIZ UD Gothic.
pub(super) const EMBEDDED: &[&[u8]] = &[
    include_bytes!("../../../templates/fonts/BIZUDPGothic-Regular.ttf"),
    include_bytes!("../../../templates/fonts/BIZUDPGothic-Bold.ttf"),
    include_bytes!("../../../templates/fonts/BIZUDPMincho-Regular.ttf"),
    include_bytes!("../../../templates/fonts/BIZUDGothic-Regular.ttf"),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Digest;

    #[test]
    fn the_embedded_fonts_are_the_listed_ones() {
        let listed = include_str!("../../../templates/fonts/SHA256SUMS");
        assert_eq!(listed.lines().count(), EMBEDDED.len());
        for font in EMBEDDED {
            assert!(listed.contains(&Digest::of(font).to_string()));
        }
    }
}
