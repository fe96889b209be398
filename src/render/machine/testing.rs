//! Reads an output of a small site.

use std::sync::Arc;

use crate::model::Site;
use crate::model::edition::Edition;
use crate::model::testing::at;
use crate::plan::links::SourceMap;
use crate::plan::page::Page;
use crate::plan::{self, Plan};
use crate::render::messages::Messages;
use crate::render::words::Words;

/// The bytes of an output of a site at `HH:MM` of the test's day.
pub(super) fn read(site: Site, now: &str, page: &Page) -> Vec<u8> {
    read_edition(&Edition::new(Arc::new(site), at(now)), page)
}

/// The bytes of an edition's output.
pub(super) fn read_edition(edition: &Edition, page: &Page) -> Vec<u8> {
    let planned = plan::outputs(edition, []);
    assert!(planned.collisions.is_empty(), "{:?}", planned.collisions);
    read_planned(edition, &planned.plan, page)
}

/// The bytes of an output of a plan.
pub(super) fn read_planned(edition: &Edition, plan: &Plan, page: &Page) -> Vec<u8> {
    let messages =
        Messages::new("en", &[include_str!("../../../themes/default/i18n/en.ftl")]).expect("messages");
    let words = Words::new(&messages, edition.site.config.zone);
    super::bytes(edition, plan, &SourceMap::new(edition), words, page).expect("an output for machines")
}
