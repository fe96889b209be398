//! One cState issue while it is read.

use crate::import::cstate::config::Config;
use crate::import::existing::ExistingSite;
use crate::time::Zone;

pub(super) const ISSUES: &str = "content/issues/";

#[derive(Clone, Copy)]
pub(super) struct Source<'a> {
    pub(super) config: &'a Config,
    pub(super) zone: Zone,
    pub(super) existing: &'a ExistingSite,
}
