//! The figures that `/metrics` shows: what each means, and how it is counted. Counts nothing itself.

use anyhow::Context;
use metrics::{Unit, counter, describe_counter, describe_gauge, describe_histogram, gauge};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusRecorder};

/// Upper bounds of the buckets that durations are counted in, in seconds.
const SECONDS: &[f64] = &[0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0];
/// Of those that commands of a batch are counted in.
const COMMANDS: &[f64] = &[1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0, 512.0];

const COUNTERS: &[(&str, &str)] = &[
    ("seatkeeper_batch_retries_total", "Batches done over: they met another writer, or the database went away"),
    ("seatkeeper_batches_failed_total", "Batches given up: those who asked were told that the books cannot be written"),
    ("seatkeeper_batches_split_total", "Batches halved to find the one command that keeps them from being written"),
    ("seatkeeper_failed_activations_total", "Wrong serial numbers and product keys"),
    ("seatkeeper_queue_full_total", "Commands turned away because too many were waiting"),
];

const GAUGES: &[(&str, &str)] = &[
    ("seatkeeper_database_away", "1 while the books cannot be read"),
    ("seatkeeper_lane_number", "Events on a lane of the books; the same at every server"),
    ("seatkeeper_queue_length", "Commands that wait for a writer"),
    ("seatkeeper_writers", "Writers that this server has"),
];

const HISTOGRAMS: &[(&str, &str)] = &[
    ("seatkeeper_batch_commands", "Commands in a batch"),
    ("seatkeeper_batch_seconds", "From taking a batch to its answers: loaded, decided, written, committed"),
    ("seatkeeper_http_seconds", "From a request to its answer, by route"),
    ("seatkeeper_office_seconds", "From an administrator's command to its answer"),
];

/// What records them.
pub(super) fn recorder() -> anyhow::Result<PrometheusRecorder> {
    let commands = Matcher::Full("seatkeeper_batch_commands".to_owned());
    let builder = PrometheusBuilder::new().set_buckets(SECONDS)?.set_buckets_for_metric(commands, COMMANDS)?;
    Ok(builder.build_recorder())
}

/// Lets this process's figures be recorded, and says what they are. Counters begin with 0, so that the first of a kind is seen
/// as one more.
pub(super) fn record(recorder: PrometheusRecorder, writers: usize) -> anyhow::Result<()> {
    metrics::set_global_recorder(recorder).context("figures are recorded elsewhere already")?;
    for (name, meaning) in COUNTERS {
        describe_counter!(*name, *meaning);
        counter!(*name).increment(0);
    }
    GAUGES.iter().for_each(|(name, meaning)| describe_gauge!(*name, *meaning));
    gauge!("seatkeeper_writers").set(writers as f64);
    for (name, meaning) in HISTOGRAMS {
        let unit = if name.ends_with("_seconds") { Unit::Seconds } else { Unit::Count };
        describe_histogram!(*name, unit, *meaning);
    }
    Ok(())
}
