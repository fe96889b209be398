//! A build that dies on the way to a second version, then one that dies on the way to a third: what readers find between.
//!
//! What the first left where no page leads is no part of any version. It must be mended before a page leads there again.

use std::io;
use std::path::Path;
use std::sync::Mutex;

use allclear::edge::disk::{Action, Job, Step, build, unwatched};
use allclear::model::out_path::OutPath;
use allclear::pipeline::Body;
use allclear::time::Instant;

use crate::kills::{Dice, Site, check_convergence, check_links, site, write};
use crate::support::copy_folder;

/// How many folders are taken through their versions.
const SEEDS: u64 = 3;

/// Builds until so many changes were made from the journal on, and none after that. Returns whether it came to its end.
fn build_until(target: &Path, site: &Site, steps: u64) -> bool {
    let made = Mutex::new(None);
    let watch = |step: Step<'_>| {
        let mut made = made.lock().unwrap();
        let is_counted = made.is_some() || step.action == Action::Rename;
        *made = is_counted.then(|| made.map_or(0, |made| made + 1));
        match *made {
            Some(made) if made >= steps => Err(io::Error::other("the power is gone")),
            _ => Ok(()),
        }
    };
    let outputs: Vec<OutPath> = site.keys().cloned().collect();
    let now = Instant::from_epoch_secs(1_714_957_200);
    let job = Job { watch: &watch, ..Job::new(target, target, &outputs, now) };
    build(&job, &|path| Ok(Body::Bytes(site[path].clone()))).is_ok()
}

#[test]
fn what_a_dead_build_left_is_mended_before_anything_leads_there() {
    for seed in 0..SEEDS {
        let mut dice = Dice::new(seed);
        let (new, newer) = (site(seed, 1), site(seed, 2));
        let built = tempfile::tempdir().unwrap();
        write(built.path(), &site(seed, 0), &unwatched);
        for death in 1.. {
            let told = format!("seed {seed}, dead at {death}");
            let folder = tempfile::tempdir().unwrap();
            let target = folder.path().join("public");
            copy_folder(built.path(), &target);
            let has_ended = build_until(&target, &new, death);
            check_links(&target, &told);
            let second = 1 + dice.below(30);
            build_until(&target, &newer, second);
            check_links(&target, &format!("{told}, then at {second}"));
            if death % 4 == 0 {
                check_convergence(&target, seed, dice.below(3), &told);
            }
            if has_ended {
                break;
            }
        }
    }
}
