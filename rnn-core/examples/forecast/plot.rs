//! `forecast.svg`.

use plotters::prelude::*;
use std::error::Error;

/// What is drawn.
pub(crate) struct Lines<'a> {
    /// Years of `truth`.
    pub years: &'a [i32],
    /// Sunspots as counted.
    pub truth: &'a [f64],
    /// Year of the first forecast.
    pub first: i32,
    /// A year ahead from the truth.
    pub one_step: &'a [f64],
    /// From forecasts alone.
    pub rolled: &'a [f64],
}

/// Draws the three lines into an SVG file.
pub(crate) fn draw(path: &str, lines: &Lines<'_>) -> Result<(), Box<dyn Error>> {
    let (first, last) = (lines.years[0], lines.years[lines.years.len() - 1]);
    let root = SVGBackend::new(path, (960, 420)).into_drawing_area();
    root.fill(&WHITE)?;
    let mut chart = ChartBuilder::on(&root)
        .caption("Yearly sunspots: truth, one year ahead, rolled forward", ("sans-serif", 18))
        .margin(12)
        .x_label_area_size(32)
        .y_label_area_size(44)
        .build_cartesian_2d(first..last, -20.0..220.0)?;
    chart.configure_mesh().light_line_style(WHITE).x_labels(12).draw()?;
    let forecast = |y: &[f64]| (lines.first..).zip(y.iter().copied()).collect::<Vec<_>>();
    let truth: Vec<_> = lines.years.iter().copied().zip(lines.truth.iter().copied()).collect();
    let colors = [RGBColor(60, 60, 60), RGBColor(200, 60, 40), RGBColor(40, 100, 200)];
    let series = [
        ("truth", truth),
        ("one year ahead", forecast(lines.one_step)),
        ("rolled forward", forecast(lines.rolled)),
    ];
    for ((name, points), color) in series.into_iter().zip(colors) {
        chart
            .draw_series(LineSeries::new(points, color.stroke_width(2)))?
            .label(name)
            .legend(move |(x, y)| PathElement::new([(x, y), (x + 18, y)], color.stroke_width(2)));
    }
    chart
        .configure_series_labels()
        .position(SeriesLabelPosition::UpperLeft)
        .background_style(WHITE)
        .draw()?;
    root.present()?;
    Ok(())
}
