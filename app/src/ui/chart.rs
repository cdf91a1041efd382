//! Small pictures, drawn on the server: each says in words what it shows, and stands beside its numbers.

use leptos::prelude::*;

/// Bars over equal bins, the highest as high as the picture.
pub fn bars(counts: &[u64], (width, height): (u32, u32), says: String) -> AnyView {
    let most = counts.iter().copied().max().unwrap_or(0).max(1);
    let step = f64::from(width) / counts.len().max(1) as f64;
    let gap = if step > 3.0 { 1.0 } else { 0.0 };
    let bar = |(place, count): (usize, &u64)| {
        // What is there is seen, however little it is.
        let tall = if *count == 0 { 0.0 } else { (*count as f64 / most as f64 * f64::from(height)).max(1.0) };
        view! { <rect x=number(place as f64 * step) y=number(f64::from(height) - tall) width=number((step - gap).max(0.5)) height=number(tall)></rect> }
    };
    let bars = counts.iter().enumerate().map(bar).collect_view();
    picture("bars", (width, height), says, bars.into_any())
}

/// A strip of cells, each as dark as its share, 0 to 1.
pub fn strip(shares: &[f32], (width, height): (u32, u32), says: String) -> AnyView {
    let step = f64::from(width) / shares.len().max(1) as f64;
    let cell = |(place, share): (usize, &f32)| {
        // Seen from the first null on.
        let opacity = if *share > 0.0 { 0.15 + 0.85 * f64::from(*share) } else { 0.0 };
        (opacity > 0.0).then(|| view! { <rect x=number(place as f64 * step) y="0" width=number(step) height=height.to_string() fill-opacity=number(opacity)></rect> })
    };
    let cells = shares.iter().enumerate().map(cell).collect_view();
    let inside = view! { <rect class="ground" x="0" y="0" width=width.to_string() height=height.to_string()></rect>{cells} };
    picture("strip", (width, height), says, inside.into_any())
}

/// Shares of a whole beside each other, largest first; what is left is the ground.
pub fn shares(shares: &[f64], (width, height): (u32, u32), says: String) -> AnyView {
    let mut from = 0.0;
    let part = |share: &f64| {
        let wide = share * f64::from(width);
        let x = from;
        from += wide;
        view! { <rect x=number(x) y="0" width=number((wide - 1.0).max(0.5)) height=height.to_string()></rect> }
    };
    let parts = shares.iter().map(part).collect_view();
    let inside = view! { <rect class="ground" x="0" y="0" width=width.to_string() height=height.to_string()></rect>{parts} };
    picture("shares", (width, height), says, inside.into_any())
}

/// A line through values at equal steps, oldest first, with a dot at the last; gaps where there is none.
pub fn line(values: &[Option<f64>], (width, height): (u32, u32), says: String) -> AnyView {
    let known = || values.iter().flatten().copied();
    let (least, most) = (known().fold(f64::INFINITY, f64::min), known().fold(f64::NEG_INFINITY, f64::max));
    let span = most - least;
    let step = f64::from(width - 8) / values.len().saturating_sub(1).max(1) as f64;
    let point = |place: usize, value: f64| {
        let high = if span > 0.0 { (value - least) / span } else { 0.5 };
        (4.0 + place as f64 * step, 4.0 + (1.0 - high) * f64::from(height - 8))
    };
    let mut path = String::new();
    let mut is_drawing = false;
    let mut last = None;
    for (place, value) in values.iter().enumerate() {
        let Some(value) = value else {
            is_drawing = false;
            continue;
        };
        let (x, y) = point(place, *value);
        path.push_str(&format!("{}{} {} ", if is_drawing { 'L' } else { 'M' }, number(x), number(y)));
        is_drawing = true;
        last = Some((x, y));
    }
    let dot = last.map(|(x, y)| view! { <circle cx=number(x) cy=number(y) r="3"></circle> });
    let inside = view! { <path d=path></path>{dot} };
    picture("line", (width, height), says, inside.into_any())
}

fn picture(kind: &'static str, (width, height): (u32, u32), says: String, inside: AnyView) -> AnyView {
    view! {
        <svg class=format!("chart {kind}") role="img" viewBox=format!("0 0 {width} {height}") width=width.to_string() height=height.to_string() preserveAspectRatio="none">
            <title>{says}</title>
            {inside}
        </svg>
    }
    .into_any()
}

/// As short as a picture needs it.
fn number(value: f64) -> String {
    let text = format!("{value:.2}");
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
}
