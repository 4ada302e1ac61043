//! A sheet to draw on, and its way through a scanner or camera to a PNG.
//!
//! In: strokes, rings and areas in millimetres, and the look of the scan. Out: the bytes of a PNG.
//! The rule it keeps: only additions, multiplications, divisions and square roots of floats, which give the same bits
//! on every machine, so the same drawing gives the same bytes.

use super::chance::Chance;

/// A colour as red, green and blue.
pub(super) type Colour = [u8; 3];

/// A place on the sheet in millimetres from its upper left corner.
pub(super) type Place = (f32, f32);

/// Printer's black, ballpoint blue and the red of seals.
pub(super) const BLACK: Colour = [38, 38, 42];
pub(super) const BLUE: Colour = [38, 52, 128];
pub(super) const RED: Colour = [204, 52, 44];
pub(super) const GREY: Colour = [142, 146, 150];

/// Into how many parts a row of pixels is cut where the edge of an area is drawn.
const PARTS: usize = 3;

/// A white sheet.
pub(super) struct Canvas {
    width: usize,
    height: usize,
    /// Pixels for each millimetre.
    scale: f32,
    /// How far the sheet lies askew: the sine of a small angle.
    skew: f32,
    pixels: Vec<u8>,
}

/// Whether a picture keeps its colours.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Tones {
    Colour,
    Grey,
}

/// How a sheet looks once it is scanned or photographed.
pub(super) struct Look {
    /// The colour of blank paper.
    pub(super) paper: Colour,
    /// How much darker the edges are, 0 to 1.
    pub(super) shade: f32,
    /// The largest error of a pixel's value.
    pub(super) grain: u8,
    pub(super) tones: Tones,
}

impl Canvas {
    /// Lays a sheet of `size` millimetres, askew by `skew`, under a scanner of `scale` pixels to the millimetre.
    pub(super) fn new(size: Place, scale: f32, skew: f32) -> Canvas {
        let (width, height) = ((size.0 * scale) as usize, (size.1 * scale) as usize);
        Canvas { width, height, scale, skew, pixels: vec![255; width * height * 3] }
    }

    /// Draws a straight stroke with round ends.
    pub(super) fn stroke(&mut self, from: Place, to: Place, width: f32, ink: Colour) {
        let ((ax, ay), (bx, by)) = (self.pixel(from), self.pixel(to));
        let half = width * self.scale / 2.0;
        let (dx, dy) = (bx - ax, by - ay);
        let square = dx * dx + dy * dy;
        let across = [(ax.min(bx) - half, ax.max(bx) + half), (ay.min(by) - half, ay.max(by) + half)];
        self.cover(across, ink, |x, y| {
            let along = if square > 0.0 { (((x - ax) * dx + (y - ay) * dy) / square).clamp(0.0, 1.0) } else { 0.0 };
            let (ex, ey) = (x - ax - along * dx, y - ay - along * dy);
            half + 0.5 - (ex * ex + ey * ey).sqrt()
        });
    }

    /// Draws straight strokes from point to point.
    pub(super) fn strokes(&mut self, points: &[Place], width: f32, ink: Colour) {
        points.windows(2).for_each(|pair| self.stroke(pair[0], pair[1], width, ink));
    }

    /// Draws the outline of an upright rectangle.
    pub(super) fn frame(&mut self, corner: Place, size: Place, width: f32, ink: Colour) {
        let (left, top, right, bottom) = (corner.0, corner.1, corner.0 + size.0, corner.1 + size.1);
        let corners = [(left, top), (right, top), (right, bottom), (left, bottom), (left, top)];
        self.strokes(&corners, width, ink);
    }

    /// Draws a circle's line.
    pub(super) fn ring(&mut self, centre: Place, radius: f32, width: f32, ink: Colour) {
        let ((cx, cy), radius, half) = (self.pixel(centre), radius * self.scale, width * self.scale / 2.0);
        let reach = radius + half;
        self.cover([(cx - reach, cx + reach), (cy - reach, cy + reach)], ink, |x, y| {
            let distance = ((x - cx) * (x - cx) + (y - cy) * (y - cy)).sqrt();
            half + 0.5 - (distance - radius).abs()
        });
    }

    /// Draws a filled circle.
    pub(super) fn disc(&mut self, centre: Place, radius: f32, ink: Colour) {
        self.stroke(centre, centre, radius * 2.0, ink);
    }

    /// Fills the area that the corners enclose, in even-odd manner, with soft edges.
    pub(super) fn area(&mut self, corners: &[Place], ink: Colour) {
        let corners: Vec<Place> = corners.iter().map(|corner| self.pixel(*corner)).collect();
        let top = corners.iter().fold(f32::MAX, |least, corner| least.min(corner.1)).max(0.0) as usize;
        let bottom = corners.iter().fold(0.0f32, |most, corner| most.max(corner.1)) as usize + 1;
        let mut shares = vec![0.0f32; self.width];
        for row in top..bottom.min(self.height) {
            shares.fill(0.0);
            for part in 0..PARTS {
                let level = row as f32 + (part as f32 + 0.5) / PARTS as f32;
                let mut crossings = crossings(&corners, level);
                crossings.sort_by(f32::total_cmp);
                crossings.chunks_exact(2).for_each(|pair| add_span(&mut shares, pair[0], pair[1]));
            }
            for (column, share) in shares.iter().enumerate().filter(|(_, share)| **share > 0.0) {
                self.blend(column, row, ink, share.min(1.0));
            }
        }
    }

    fn pixel(&self, place: Place) -> Place {
        ((place.0 + self.skew * place.1) * self.scale, (place.1 - self.skew * place.0) * self.scale)
    }

    /// Inks each pixel of the box by how far `depth` says it lies inside (1 and more: wholly, 0 and less: not).
    fn cover(&mut self, across: [(f32, f32); 2], ink: Colour, depth: impl Fn(f32, f32) -> f32) {
        let limit = |(from, to): (f32, f32), most: usize| {
            ((from - 1.0).max(0.0) as usize, ((to + 2.0).max(0.0) as usize).min(most))
        };
        let ((left, right), (top, bottom)) = (limit(across[0], self.width), limit(across[1], self.height));
        for row in top..bottom {
            for column in left..right {
                let share = depth(column as f32 + 0.5, row as f32 + 0.5);
                if share > 0.0 {
                    self.blend(column, row, ink, share.min(1.0));
                }
            }
        }
    }

    fn blend(&mut self, column: usize, row: usize, ink: Colour, share: f32) {
        let at = (row * self.width + column) * 3;
        for (value, ink) in self.pixels[at..at + 3].iter_mut().zip(ink) {
            *value = (f32::from(*value) + (f32::from(ink) - f32::from(*value)) * share) as u8;
        }
    }

    /// Scans the sheet: paper and ink under uneven light, with the scanner's grain.
    pub(super) fn scan(mut self, look: &Look, chance: &mut Chance) -> Vec<u8> {
        let (width, height) = (self.width, self.height);
        let (half_width, half_height) = (width as f32 / 2.0, height as f32 / 2.0);
        for row in 0..height {
            let down = (row as f32 - half_height) / half_height;
            for column in 0..width {
                let across = (column as f32 - half_width) / half_width;
                // The lid closes worse on one side: light falls off with the square, a little to the right.
                let light = 1.0 - look.shade * (across * across * 0.6 + down * down * 0.3 + across * 0.1);
                let at = (row * width + column) * 3;
                let bits = chance.bits();
                for channel in 0..3 {
                    let paper = f32::from(look.paper[channel]) * light / 255.0;
                    let error = grain(bits >> (channel * 16), look.grain);
                    let value = f32::from(self.pixels[at + channel]) * paper + error;
                    self.pixels[at + channel] = value.clamp(0.0, 255.0) as u8;
                }
            }
        }
        encode(&self.toned(look.tones), (width, height), look.tones, self.scale)
    }

    /// Photographs the sheet: twice as many pixels each way, softened, with the camera's grain.
    pub(super) fn photograph(&self, grain_size: u8, chance: &mut Chance) -> Vec<u8> {
        let (width, height) = (self.width * 2, self.height * 2);
        let mut pixels = vec![0u8; width * height * 3];
        for row in 0..height {
            let (above, below) = (row / 2, (row.div_ceil(2)).min(self.height - 1));
            for column in 0..width {
                let (left, right) = (column / 2, (column.div_ceil(2)).min(self.width - 1));
                let bits = chance.bits();
                let at = (row * width + column) * 3;
                for channel in 0..3 {
                    let near = |x: usize, y: usize| f32::from(self.pixels[(y * self.width + x) * 3 + channel]);
                    let mean = (near(left, above) + near(right, above) + near(left, below) + near(right, below)) / 4.0;
                    let value = mean + grain(bits >> (channel * 16), grain_size);
                    pixels[at + channel] = value.clamp(0.0, 255.0) as u8;
                }
            }
        }
        encode(&pixels, (width, height), Tones::Colour, self.scale * 2.0)
    }

    fn toned(&self, tones: Tones) -> Vec<u8> {
        match tones {
            Tones::Colour => self.pixels.clone(),
            Tones::Grey => self
                .pixels
                .chunks_exact(3)
                .map(|pixel| {
                    let weighed = u32::from(pixel[0]) * 77 + u32::from(pixel[1]) * 150 + u32::from(pixel[2]) * 29;
                    (weighed >> 8) as u8
                })
                .collect(),
        }
    }
}

/// Adds one of a row's parts to the shares of the pixels between `left` and `right`.
fn add_span(shares: &mut [f32], left: f32, right: f32) {
    let (left, right) = (left.max(0.0), right.min(shares.len() as f32));
    let (first, end) = (left as usize, (right.max(0.0) as usize + 1).min(shares.len()));
    for (column, share) in shares.iter_mut().enumerate().take(end).skip(first) {
        let inside = right.min(column as f32 + 1.0) - left.max(column as f32);
        *share += inside.max(0.0) / PARTS as f32;
    }
}

/// Returns where the edges of a polygon cross a row.
fn crossings(corners: &[Place], row: f32) -> Vec<f32> {
    let following = corners.iter().cycle().skip(1);
    corners
        .iter()
        .zip(following)
        .filter(|((_, ay), (_, by))| (*ay <= row) != (*by <= row))
        .map(|((ax, ay), (bx, by))| ax + (row - ay) / (by - ay) * (bx - ax))
        .collect()
}

/// Returns an error of at most `size` either way, small ones being more frequent, from 16 random bits.
fn grain(bits: u64, size: u8) -> f32 {
    let sum = (bits & 0xff) as f32 + ((bits >> 8) & 0xff) as f32;
    (sum / 255.0 - 1.0) * f32::from(size)
}

fn encode(pixels: &[u8], size: (usize, usize), tones: Tones, scale: f32) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(pixels.len() / 2);
    let mut encoder = png::Encoder::new(&mut bytes, size.0 as u32, size.1 as u32);
    encoder.set_color(match tones {
        Tones::Colour => png::ColorType::Rgb,
        Tones::Grey => png::ColorType::Grayscale,
    });
    encoder.set_depth(png::BitDepth::Eight);
    encoder.set_compression(png::Compression::Fast);
    encoder.set_filter(png::Filter::Up);
    let dots = (scale * 1000.0) as u32;
    encoder.set_pixel_dims(Some(png::PixelDimensions { xppu: dots, yppu: dots, unit: png::Unit::Meter }));
    encoder
        .write_header()
        .and_then(|mut writer| {
            writer.write_image_data(pixels)?;
            writer.finish()
        })
        .expect("memory takes every write, and there are as many bytes as the header says");
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(canvas: &Canvas, x: usize, y: usize) -> Colour {
        let at = (y * canvas.width + x) * 3;
        [canvas.pixels[at], canvas.pixels[at + 1], canvas.pixels[at + 2]]
    }

    #[test]
    fn a_stroke_inks_its_line_and_nothing_else() {
        let mut canvas = Canvas::new((20.0, 20.0), 2.0, 0.0);
        canvas.stroke((2.0, 10.0), (18.0, 10.0), 2.0, BLACK);
        assert_eq!(at(&canvas, 20, 20), BLACK);
        assert_eq!(at(&canvas, 20, 10), [255; 3]);
    }

    #[test]
    fn drawing_over_the_edge_is_cut_off() {
        let mut canvas = Canvas::new((10.0, 10.0), 3.0, 0.02);
        canvas.stroke((-30.0, -5.0), (40.0, 30.0), 3.0, RED);
        canvas.ring((0.0, 0.0), 50.0, 2.0, RED);
        canvas.area(&[(-5.0, -5.0), (20.0, -5.0), (20.0, 40.0), (-5.0, 40.0)], BLUE);
        assert_eq!(at(&canvas, 15, 15), BLUE);
    }

    #[test]
    fn a_scan_is_a_png_of_the_same_size() {
        for tones in [Tones::Colour, Tones::Grey] {
            let look = Look { paper: [250, 248, 240], shade: 0.1, grain: 3, tones };
            let bytes = Canvas::new((21.0, 29.7), 4.0, 0.0).scan(&look, &mut Chance::new(1, "scan"));
            let reader = png::Decoder::new(std::io::Cursor::new(&bytes)).read_info().unwrap();
            assert_eq!((reader.info().width, reader.info().height), (84, 118));
        }
    }
}
