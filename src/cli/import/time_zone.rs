//! `--time-zone`: the zone of times in a source.

use clap::Args;

use crate::time::Zone;

#[derive(Clone, Copy, Debug, Args)]
pub(super) struct TimeZone {
    /// The time zone of the source, if not the site's
    #[arg(long, value_name = "ZONE", value_parser = parse)]
    time_zone: Option<Zone>,
}

impl TimeZone {
    pub(super) fn given(self) -> Option<Zone> {
        self.time_zone
    }
}

fn parse(name: &str) -> Result<Zone, String> {
    Zone::parse(name).ok_or_else(|| "not an IANA time zone such as `America/Edmonton`".to_owned())
}
