//! The demo's photographs of a place of an accident: a street, a car, a traffic cone.
//!
//! In: how large, and dice. Out: a PNG with a camera's grain.
//! The rule it keeps: the scene is drawn, so no place, car or number plate in it exists.

use super::canvas::{Canvas, Colour, Place};
use super::chance::Chance;

/// The size of a photograph.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Size {
    /// As a mobile phone sends it by mail.
    Small,
    /// As a camera stores it: the one large file of the demo.
    Full,
}

/// Takes a photograph of a place of an accident.
pub(super) fn accident(size: Size, chance: &mut Chance) -> Vec<u8> {
    // The scene is 200 mm by 150 mm; the camera doubles the pixels each way.
    let (scale, grain) = match size {
        Size::Small => (2.4, 5),
        Size::Full => (10.0, 6),
    };
    let mut canvas = Canvas::new((200.0, 150.0), scale, chance.fraction(-0.02, 0.02));
    let horizon = chance.fraction(58.0, 72.0);
    sky(&mut canvas, horizon, chance);
    houses(&mut canvas, horizon, chance);
    street(&mut canvas, horizon, chance);
    rail(&mut canvas, horizon);
    let paint = *chance.pick(&[[150, 32, 36], [196, 200, 204], [52, 74, 112], [232, 232, 228], [40, 42, 46]]);
    let left = chance.fraction(38.0, 82.0);
    car(&mut canvas, (left, horizon + 18.0), paint);
    for _ in 0..chance.between(1, 3) {
        let place = (chance.fraction(16.0, 180.0), chance.fraction(horizon + 66.0, 146.0));
        cone(&mut canvas, place);
    }
    splinters(&mut canvas, (left + 74.0, horizon + 56.0), chance);
    canvas.photograph(grain, chance)
}

fn between(from: Colour, to: Colour, share: f32) -> Colour {
    std::array::from_fn(|at| (f32::from(from[at]) + (f32::from(to[at]) - f32::from(from[at])) * share) as u8)
}

fn block(canvas: &mut Canvas, corner: Place, size: Place, ink: Colour) {
    let (left, top, right, bottom) = (corner.0, corner.1, corner.0 + size.0, corner.1 + size.1);
    canvas.area(&[(left, top), (right, top), (right, bottom), (left, bottom)], ink);
}

fn sky(canvas: &mut Canvas, horizon: f32, chance: &mut Chance) {
    let cloudy = chance.happens(40);
    let (above, below) = if cloudy { ([168, 174, 182], [214, 216, 218]) } else { ([96, 142, 200], [206, 222, 236]) };
    let bands = 90;
    for band in 0..bands {
        let share = band as f32 / bands as f32;
        let top = -6.0 + share * (horizon + 6.0);
        block(canvas, (-10.0, top), (220.0, horizon / bands as f32 + 0.6), between(above, below, share));
    }
}

fn houses(canvas: &mut Canvas, horizon: f32, chance: &mut Chance) {
    let mut left = -8.0;
    while left < 206.0 {
        let (width, height) = (chance.fraction(14.0, 34.0), chance.fraction(14.0, 52.0));
        let wall = *chance.pick(&[[178, 172, 162], [146, 150, 156], [196, 188, 172], [128, 118, 108], [164, 150, 138]]);
        block(canvas, (left, horizon - height), (width, height + 2.0), wall);
        block(canvas, (left, horizon - height), (width, 1.2), between(wall, [0, 0, 0], 0.35));
        let mut row = horizon - height + 4.0;
        while row < horizon - 5.0 {
            let mut column = left + 2.0;
            while column < left + width - 4.0 {
                let pane = *chance.pick(&[[70, 84, 98], [96, 112, 126], [188, 196, 190]]);
                block(canvas, (column, row), (2.6, 3.2), pane);
                column += 4.6;
            }
            row += 6.4;
        }
        left += width + chance.fraction(-1.0, 3.0);
    }
}

fn street(canvas: &mut Canvas, horizon: f32, chance: &mut Chance) {
    let (far, near) = ([138, 138, 136], [84, 85, 88]);
    let depth = 156.0 - horizon;
    let bands = 70;
    for band in 0..bands {
        let share = band as f32 / bands as f32;
        let top = horizon + share * depth;
        block(canvas, (-10.0, top), (220.0, depth / bands as f32 + 0.6), between(far, near, share));
    }
    // Stones in the asphalt: the nearer, the larger.
    for _ in 0..5_000 {
        let share = chance.fraction(0.0, 1.0);
        let place = (chance.fraction(-4.0, 204.0), horizon + share * depth);
        let ground = between(far, near, share);
        let stone = if chance.happens(50) { between(ground, [0, 0, 0], 0.16) } else { between(ground, [255; 3], 0.12) };
        canvas.disc(place, 0.1 + share * 0.32, stone);
    }
    let white = [222, 222, 216];
    canvas.area(&[(86.0, horizon), (88.0, horizon), (34.0, 156.0), (20.0, 156.0)], white);
    for stripe in 0..6 {
        let left = 96.0 + stripe as f32 * 20.0;
        let (top, bottom) = (horizon + 62.0, 156.0);
        canvas.area(&[(left, top), (left + 8.0, top), (left + 14.0, bottom), (left + 2.0, bottom)], white);
    }
}

fn rail(canvas: &mut Canvas, horizon: f32) {
    for post in 0..9 {
        let left = 6.0 + post as f32 * 24.0;
        canvas.stroke((left, horizon - 1.0), (left, horizon + 9.0), 1.2, [188, 190, 192]);
    }
    for (down, ink) in [(1.0, [226, 228, 228]), (4.6, [206, 208, 210])] {
        canvas.stroke((-10.0, horizon + down), (214.0, horizon + down), 1.6, ink);
    }
}

/// Draws a car from its side, with a dent before its front wheel.
fn car(canvas: &mut Canvas, corner: Place, paint: Colour) {
    let (left, top) = corner;
    let at = |x: f32, y: f32| (left + x, top + y);
    let (dark, light) = (between(paint, [0, 0, 0], 0.45), between(paint, [255; 3], 0.3));
    canvas.area(&[at(-2.0, 37.0), at(86.0, 37.0), at(90.0, 42.0), at(-6.0, 42.0)], [46, 47, 50]);
    let outline = [
        at(0.0, 18.0),
        at(12.0, 14.0),
        at(24.0, 2.0),
        at(52.0, 1.0),
        at(65.0, 14.0),
        at(81.0, 18.0),
        at(80.0, 24.0),
        at(84.0, 27.0),
        at(82.0, 33.0),
        at(1.0, 33.0),
        at(-2.0, 26.0),
    ];
    canvas.area(&outline, paint);
    canvas.area(&[at(-1.0, 28.0), at(83.0, 28.0), at(82.0, 33.0), at(1.0, 33.0)], between(paint, [0, 0, 0], 0.22));
    canvas.area(&[at(26.0, 2.4), at(52.0, 1.4), at(53.0, 3.2), at(25.0, 4.2)], light);
    canvas.area(&[at(17.0, 14.0), at(26.0, 4.5), at(37.0, 4.0), at(37.0, 14.0)], [58, 70, 80]);
    canvas.area(&[at(39.5, 14.0), at(39.5, 4.0), at(51.0, 4.0), at(60.0, 14.0)], [66, 80, 92]);
    canvas.strokes(&[at(0.0, 20.0), at(38.0, 18.0), at(78.0, 20.0)], 0.7, light);
    for door in [16.0, 38.2, 60.0] {
        canvas.stroke(at(door, 15.0), at(door, 31.0), 0.4, dark);
    }
    for handle in [30.0, 52.0] {
        canvas.stroke(at(handle, 19.6), at(handle + 4.0, 19.6), 0.9, light);
    }
    canvas.area(&[at(68.0, 22.0), at(77.0, 20.0), at(79.0, 27.0), at(71.0, 30.0)], dark);
    canvas.strokes(&[at(67.0, 20.0), at(72.0, 26.0), at(70.0, 29.0), at(77.0, 30.0)], 0.6, [24, 24, 26]);
    canvas.area(&[at(-1.0, 20.0), at(4.0, 19.0), at(4.0, 23.0), at(-2.0, 24.0)], [190, 40, 36]);
    canvas.area(&[at(79.0, 20.0), at(82.0, 22.0), at(83.0, 26.0), at(79.0, 25.0)], [236, 232, 206]);
    for wheel in [16.0, 66.0] {
        canvas.disc(at(wheel, 33.0), 8.0, [30, 30, 32]);
        canvas.disc(at(wheel, 33.0), 4.8, [168, 170, 174]);
        canvas.ring(at(wheel, 33.0), 2.4, 0.8, [110, 112, 116]);
        canvas.disc(at(wheel, 33.0), 1.1, [70, 72, 76]);
    }
}

fn cone(canvas: &mut Canvas, foot: Place) {
    let (x, y) = foot;
    canvas.area(&[(x - 6.0, y), (x + 6.0, y), (x + 7.0, y + 2.4), (x - 7.0, y + 2.4)], [120, 44, 22]);
    canvas.area(&[(x - 1.0, y - 17.0), (x + 1.0, y - 17.0), (x + 4.6, y), (x - 4.6, y)], [226, 82, 30]);
    canvas.area(&[(x - 2.2, y - 11.0), (x + 2.2, y - 11.0), (x + 3.2, y - 6.4), (x - 3.2, y - 6.4)], [236, 234, 228]);
}

fn splinters(canvas: &mut Canvas, centre: Place, chance: &mut Chance) {
    for _ in 0..60 {
        let (x, y) = (centre.0 + chance.fraction(-22.0, 22.0), centre.1 + chance.fraction(-6.0, 6.0));
        let (w, h) = (chance.fraction(0.3, 1.5), chance.fraction(0.2, 0.9));
        let ink = *chance.pick(&[[210, 214, 210], [190, 60, 50], [60, 62, 66], [230, 230, 222]]);
        canvas.area(&[(x, y), (x + w, y + h * 0.3), (x + w * 0.4, y + h)], ink);
    }
}
