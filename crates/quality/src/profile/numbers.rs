//! Columns of numbers and of times, which are numbers too.

use std::hash::{Hash, Hasher};

use datasketches::common::SearchCriteria;
use datasketches::kll::{KllFloat, KllSketch};

use super::counts::Counts;
use super::histogram::Bins;
use super::moments::Moments;
use super::scale::Scale;
use super::{ColumnProfile, Frequent, Histogram, Quantile, Quantiles, Range};

/// What the quantiles are told of.
const RANKS: [f64; 7] = [0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99];

/// Of KLL: a rank is off by 0.7% of the values at most, with a confidence of 99%.
const LEVEL: u16 = 400;

/// As Arrow keeps it.
pub trait Stored: Copy + Eq + Hash + Ord + 'static {
    /// `None` of what is no finite number.
    fn number(self, scale: &Scale) -> Option<f64>;
    fn show(self, scale: &Scale) -> String;
}

impl Stored for i64 {
    fn number(self, scale: &Scale) -> Option<f64> {
        Some(scale.of_whole(self.into()))
    }

    fn show(self, scale: &Scale) -> String {
        scale.show_whole(self.into())
    }
}

impl Stored for i128 {
    fn number(self, scale: &Scale) -> Option<f64> {
        Some(scale.of_whole(self))
    }

    fn show(self, scale: &Scale) -> String {
        scale.show_whole(self)
    }
}

/// A number that can be a key: one zero, one NaN, which is above all.
#[derive(Debug, Clone, Copy)]
pub struct Float(f64);

impl Float {
    pub fn new(number: f64) -> Self {
        if number == 0.0 {
            return Self(0.0);
        }
        Self(if number.is_nan() { f64::NAN } else { number })
    }
}

impl PartialEq for Float {
    fn eq(&self, other: &Self) -> bool {
        self.0.to_bits() == other.0.to_bits()
    }
}

impl Eq for Float {}

impl PartialOrd for Float {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Float {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.0.total_cmp(&other.0)
    }
}

impl Hash for Float {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.to_bits().hash(state);
    }
}

impl Stored for Float {
    fn number(self, _scale: &Scale) -> Option<f64> {
        self.0.is_finite().then_some(self.0)
    }

    fn show(self, scale: &Scale) -> String {
        scale.show_float(self.0)
    }
}

pub struct Numbers<K> {
    scale: Scale,
    counts: Counts<K>,
    /// Only of what is too much to count exactly.
    ranks: Option<Ranks>,
    moments: Moments,
    not_finite: u64,
    range: Option<(K, K)>,
    /// Of one batch; the memory is used again for the next.
    numbers: Vec<f64>,
}

impl<K: Stored> Numbers<K> {
    pub fn new(scale: Scale, most_distinct: usize) -> Self {
        Self {
            scale,
            counts: Counts::new(most_distinct),
            ranks: None,
            moments: Moments::default(),
            not_finite: 0,
            range: None,
            numbers: Vec::new(),
        }
    }

    pub fn add(&mut self, values: impl Iterator<Item = K>) {
        self.numbers.clear();
        let mut run: Option<(K, u64)> = None;
        for value in values {
            match value.number(&self.scale) {
                Some(number) => {
                    self.numbers.push(number);
                    self.range = Some(match self.range {
                        Some((least, most)) => (least.min(value), most.max(value)),
                        None => (value, value),
                    });
                }
                None => self.not_finite += 1,
            }
            match &mut run {
                Some((same, count)) if *same == value => *count += 1,
                _ => {
                    if let Some((value, count)) = run.replace((value, 1)) {
                        self.counts.add(&value, count, 0);
                    }
                }
            }
        }
        if let Some((value, count)) = run {
            self.counts.add(&value, count, 0);
        }
        self.moments.add(&self.numbers);
        match &mut self.ranks {
            Some(ranks) => self.numbers.iter().for_each(|number| rank(ranks, *number)),
            None if self.counts.are_too_many() => self.go_over(),
            None => {}
        }
    }

    fn go_over(&mut self) {
        let Ok(mut ranks) = KllSketch::new(LEVEL) else { unreachable!("the size is one that it allows") };
        for (value, count) in self.counts.go_over() {
            let Some(number) = value.number(&self.scale) else { continue };
            (0..count).for_each(|_| rank(&mut ranks, number));
        }
        self.ranks = Some(ranks);
    }

    pub fn finish(&self, profile: &mut ColumnProfile) {
        profile.not_finite = self.not_finite;
        profile.distinct = Some(self.counts.distinct(profile.present()));
        profile.range = self
            .range
            .map(|(least, most)| Range { min: least.show(&self.scale), max: most.show(&self.scale) });
        profile.mean = self.moments.mean();
        profile.deviation = self.moments.deviation();
        let top = self.counts.top().into_iter();
        profile.top = top.map(|(value, count)| Frequent { value: value.show(&self.scale), count }).collect();
        (profile.quantiles, profile.histogram) = match &self.ranks {
            Some(ranks) => {
                let quantiles = self.estimated_quantiles(ranks);
                let histogram = self.estimated_histogram(ranks, quantiles.as_ref());
                (quantiles, histogram)
            }
            None => self.exactly(),
        };
    }

    fn bins(&self, quantiles: Option<&Quantiles>) -> Option<Bins> {
        let (least, most) = self.range?;
        let median = quantiles?.of.iter().find(|of| of.rank >= 0.5)?.value;
        let (scale, may_grow) = (&self.scale, self.scale.kind.is_number());
        Some(Bins::over(least.number(scale)?, most.number(scale)?, median, scale.are_whole(), may_grow))
    }

    fn exactly(&self) -> (Option<Quantiles>, Option<Histogram>) {
        let counted = self.counts.exact().into_iter().flatten();
        let mut counted: Vec<(f64, u64)> =
            counted.filter_map(|(value, count)| Some((value.number(&self.scale)?, count))).collect();
        counted.sort_by(|(one, _), (other, _)| one.total_cmp(other));
        let total: u64 = counted.iter().map(|(_, count)| count).sum();
        let mut of = Vec::new();
        let mut ranks = RANKS.iter().peekable();
        let mut so_far = 0;
        for (number, count) in &counted {
            so_far += count;
            while let Some(rank) = ranks.next_if(|rank| so_far as f64 >= **rank * total as f64) {
                of.push(Quantile { rank: *rank, value: *number });
            }
        }
        let quantiles = (!of.is_empty()).then_some(Quantiles { of, rank_error: 0.0 });
        let bins = self.bins(quantiles.as_ref());
        (quantiles, bins.map(|bins| bins.exactly(counted.into_iter())))
    }

    fn estimated_quantiles(&self, ranks: &Ranks) -> Option<Quantiles> {
        let values = ranks.quantiles(&RANKS, SearchCriteria::Inclusive).ok()??;
        let of = RANKS.iter().zip(values);
        let of = of.map(|(rank, value)| Quantile { rank: *rank, value: value.into_inner() }).collect();
        Some(Quantiles { of, rank_error: ranks.normalized_rank_error() })
    }

    fn estimated_histogram(&self, ranks: &Ranks, quantiles: Option<&Quantiles>) -> Option<Histogram> {
        let bins = self.bins(quantiles)?;
        let edges = bins.inner_edges();
        let view = ranks.sorted_view();
        let below = edges.iter().map(|edge| {
            let edge = KllFloat::<f64>::new(*edge).ok()?;
            view.rank(&edge, SearchCriteria::Exclusive)
        });
        let below: Vec<f64> = below.collect::<Option<_>>()?;
        Some(bins.estimated(&below, ranks.n()))
    }
}

type Ranks = KllSketch<KllFloat<f64>>;

fn rank(ranks: &mut Ranks, number: f64) {
    // Only NaN is refused, and none comes here.
    if let Ok(number) = KllFloat::<f64>::new(number) {
        ranks.update(number);
    }
}
