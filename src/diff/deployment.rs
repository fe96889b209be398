//! A deployment: what leads from what earlier runs left at a destination to the new site, and in which order.
//!
//! A folder, a bucket and a git branch all deploy by these rules. A destination itself only reads, writes and deletes.

use std::collections::BTreeSet;

use crate::diff::changes::{Batch, Changes};
use crate::diff::journal::{Journal, Phase, Run};
use crate::diff::manifest::{BadLine, Manifest};
use crate::diff::possible_contents::PossibleContents;
use crate::diff::retired::Retired;
use crate::digest::Digest;
use crate::model::out_path::OutPath;
use crate::time::Instant;

/// Whether unmanaged files, which no earlier run wrote, are overwritten at paths of the site.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unmanaged {
    Refuse,
    /// They become managed, and are overwritten where they differ.
    Adopt,
}

impl Unmanaged {
    /// Makes unmanaged files managed: those that are as they are to be, and all that are to be adopted. Returns the others.
    /// An entry without a digest is no regular file.
    pub fn take_over(
        self,
        managed: &mut Manifest,
        new: &Manifest,
        found: impl IntoIterator<Item = (OutPath, Option<Digest>)>,
    ) -> Vec<OutPath> {
        let mut in_the_way = Vec::new();
        for (path, digest) in found {
            match digest {
                Some(digest) if self == Self::Adopt || new.digest(&path) == Some(&digest) => {
                    managed.files.insert(path, digest);
                }
                None if self == Self::Adopt => {}
                Some(_) | None => in_the_way.push(path),
            }
        }
        in_the_way
    }
}

/// A file in which a destination keeps what is known of the site there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Record {
    Manifest,
    /// Superseded assets that are still there.
    Retired,
    /// There while a run is under way, or was interrupted.
    Journal,
}

impl Record {
    pub fn name(self) -> &'static str {
        match self {
            Self::Manifest => "manifest",
            Self::Retired => "retired",
            Self::Journal => "journal",
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Damaged {
    pub record: Record,
    pub problem: String,
}

/// The state that earlier runs left at a destination, by its records.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Deployed {
    /// The manifest; `None` when there is none.
    pub recorded: Option<Manifest>,
    pub retired: Retired,
    /// The changes of an interrupted run.
    pub journal: Option<Journal>,
    /// Whether a record was damaged, and counts as absent.
    pub is_damaged: bool,
}

impl Deployed {
    /// What the records of a destination say, whose bytes `get` yields. A damaged one counts as absent where unmanaged files
    /// are adopted.
    pub fn read<E>(
        mut get: impl FnMut(Record) -> Result<Option<Vec<u8>>, E>,
        unmanaged: Unmanaged,
    ) -> Result<Result<Self, Damaged>, E> {
        let manifest = parsed(Record::Manifest, get(Record::Manifest)?, Manifest::parse);
        let retired = parsed(Record::Retired, get(Record::Retired)?, Retired::parse);
        let journal = parsed(Record::Journal, get(Record::Journal)?, Journal::parse);
        let mut is_damaged = false;
        let all = || {
            Ok(Self {
                recorded: unmanaged.settled(manifest, &mut is_damaged)?,
                retired: unmanaged.settled(retired, &mut is_damaged)?.unwrap_or_default(),
                journal: unmanaged.settled(journal, &mut is_damaged)?,
                is_damaged,
            })
        };
        Ok(all())
    }

    /// The files that are managed by these records, retired ones included.
    pub fn managed(&self) -> Manifest {
        let mut managed = self.recorded.clone().unwrap_or_default();
        managed.files.extend(self.retired.files.iter().map(|(path, (digest, _))| (path.clone(), *digest)));
        managed
    }
}

impl Unmanaged {
    fn settled<T>(
        self,
        record: Result<Option<T>, Damaged>,
        is_damaged: &mut bool,
    ) -> Result<Option<T>, Damaged> {
        match record {
            Err(_) if self == Self::Adopt => {
                *is_damaged = true;
                Ok(None)
            }
            record => record,
        }
    }
}

fn parsed<T>(
    record: Record,
    bytes: Option<Vec<u8>>,
    parse: impl FnOnce(&str) -> Result<T, BadLine>,
) -> Result<Option<T>, Damaged> {
    let Some(bytes) = bytes else { return Ok(None) };
    let text = std::str::from_utf8(&bytes).map_err(|_| "it is not text".to_owned());
    let read = text.and_then(|text| parse(text).map_err(|problem| problem.to_string()));
    read.map(Some).map_err(|problem| Damaged { record, problem })
}

/// A site as it is to be.
#[derive(Clone, Copy, Debug)]
pub struct DesiredState<'a> {
    pub manifest: &'a Manifest,
    /// The clock: superseded assets stay for a day from here.
    pub now: Instant,
    /// As of when the site is true, where the journal is to tell.
    pub as_of: Option<Instant>,
}

#[derive(Clone, Debug)]
pub struct Deployment {
    pub changes: Changes,
    pub retired: Retired,
    new: Manifest,
    as_of: Option<Instant>,
    /// Every path that is touched, and managed files that are not in the manifest that stands there.
    touched: PossibleContents,
    /// Managed files that no page leads to.
    left: BTreeSet<OutPath>,
    is_manifest_new: bool,
    is_retired_new: bool,
    /// Whether a journal or a damaged record remains.
    is_unfinished: bool,
}

pub trait Writer {
    type Error;

    /// Gives a record a new text.
    fn put_record(&self, record: Record, text: &str) -> Result<(), Self::Error>;

    /// Makes the changes of a batch.
    fn apply(&self, batch: &Batch<'_>) -> Result<(), Self::Error>;

    /// Deletes the journal: everything is done.
    fn finish(&self) -> Result<(), Self::Error>;
}

impl Deployment {
    /// What leads from the managed files, as they are there now, to the desired state. What `is_unknown` holds something else
    /// than its digest says, and is written again.
    pub fn new(
        deployed: &Deployed,
        managed: Manifest,
        desired: DesiredState<'_>,
        is_unknown: impl Fn(&OutPath) -> bool,
    ) -> Self {
        let new = desired.manifest;
        let retired = deployed.retired.renewed(&managed, new, desired.now);
        let left = deployed.journal.as_ref().map(|journal| journal.left(&managed)).unwrap_or_default();
        let recorded = deployed.recorded.as_ref();
        let is_recorded = |path: &OutPath| recorded.is_some_and(|recorded| recorded.digest(path).is_some());
        let unrecorded = managed.files.iter().filter(|(path, _)| !is_recorded(path));
        let unrecorded: Vec<_> = unrecorded.map(|(path, digest)| (path.clone(), *digest)).collect();
        let mut old = managed;
        old.files.retain(|path, digest| {
            // What no page leads to is mended with what is new, before anything leads there.
            let is_wrong = |new: &Digest| new != digest || is_unknown(path);
            let is_mended = left.contains(path) && new.digest(path).is_some_and(is_wrong);
            !retired.files.contains_key(path) && !is_mended
        });
        let mut changes = Changes::between(&old, new);
        changes.rewrite(new, is_unknown);
        let mut touched = PossibleContents::of(&changes, &old, new);
        unrecorded.into_iter().for_each(|(path, digest)| touched.insert(path, digest));
        Self {
            is_manifest_new: recorded != Some(new),
            is_retired_new: retired != deployed.retired || deployed.is_damaged,
            is_unfinished: deployed.journal.is_some() || deployed.is_damaged,
            new: new.clone(),
            as_of: desired.as_of,
            changes,
            retired,
            touched,
            left,
        }
    }

    /// Whether files and records are all as they are to be.
    pub fn is_done(&self) -> bool {
        self.changes.is_empty() && !self.is_unfinished && !self.is_manifest_new && !self.is_retired_new
    }

    /// Makes the changes, in the order that is safe for readers. Each phase is put down in the journal before its first change.
    pub fn run<W: Writer>(&self, writer: &W) -> Result<(), W::Error> {
        let mut phase = None;
        for batch in self.changes.batches() {
            let next = Phase::of(&batch, &self.changes);
            if phase != Some(next) {
                if next == Phase::Removing {
                    self.put_records(writer)?;
                }
                writer.put_record(Record::Journal, &self.journal(next).to_string())?;
                phase = Some(next);
            }
            writer.apply(&batch)?;
        }
        if phase != Some(Phase::Removing) {
            self.put_records(writer)?;
        }
        writer.finish()
    }

    /// Records what the site consists of, when all of it is there. Superseded assets come first: a manifest without them would
    /// let them be forgotten.
    fn put_records<W: Writer>(&self, writer: &W) -> Result<(), W::Error> {
        if self.is_retired_new {
            writer.put_record(Record::Retired, &self.retired.to_string())?;
        }
        if self.is_manifest_new {
            writer.put_record(Record::Manifest, &self.new.to_string())?;
        }
        Ok(())
    }

    /// What may stand where from a phase on.
    fn journal(&self, phase: Phase) -> Journal {
        let Self { changes, new, touched, left, .. } = self;
        Journal::at(phase, self.as_of, Run { changes, new, touched, left })
    }
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use super::{
        Batch, Changes, Deployed, Deployment, DesiredState, Instant, Journal, Manifest, OutPath, Record,
        Unmanaged, Writer,
    };
    use crate::diff::manifest::manifest;

    fn deployed(recorded: &str) -> Deployed {
        Deployed { recorded: Some(manifest(recorded)), ..Deployed::default() }
    }

    fn deployment(deployed: &Deployed, managed: &str, new: &str) -> Deployment {
        let desired =
            DesiredState { manifest: &manifest(new), now: Instant::from_epoch_secs(0), as_of: None };
        Deployment::new(deployed, manifest(managed), desired, |path| path.as_str() == "unknown")
    }

    /// Writes down what it is asked for.
    #[derive(Default)]
    struct Notes(RefCell<Vec<String>>);

    impl Writer for Notes {
        type Error = ();

        fn put_record(&self, record: Record, _: &str) -> Result<(), ()> {
            self.0.borrow_mut().push(record.name().to_owned());
            Ok(())
        }

        fn apply(&self, batch: &Batch<'_>) -> Result<(), ()> {
            let mark = if matches!(batch, Batch::Put(_)) { '+' } else { '-' };
            self.0.borrow_mut().extend(batch.paths().iter().map(|path| format!("{mark}{path}")));
            Ok(())
        }

        fn finish(&self) -> Result<(), ()> {
            self.0.borrow_mut().push("finish".to_owned());
            Ok(())
        }
    }

    #[track_caller]
    fn check_run(old: &str, new: &str, expected: &str) {
        let notes = Notes::default();
        deployment(&deployed(old), old, new).run(&notes).unwrap();
        assert_eq!(notes.0.into_inner().join(" "), expected);
    }

    #[test]
    fn each_phase_is_put_down_before_its_first_change_and_the_manifest_before_deletions() {
        check_run(
            "index.html=1 a=1 old=1",
            "index.html=2 a=2 new=1",
            "journal +new journal +a +index.html manifest journal -old finish",
        );
        check_run("a=1", "a=1 b=1", "journal +b manifest finish");
        check_run("a.0123456789abcdef.css=1", "", "retired manifest finish");
    }

    #[test]
    fn what_is_unknown_is_written_again() {
        let same = "a=1 unknown=1";
        let changes = deployment(&deployed(same), same, same).changes;
        assert_eq!(changes.to_string(), "~ unknown\n0 added, 1 changed, 0 removed, 1 unchanged");
        assert!(!deployment(&deployed(same), same, same).is_done());
        assert!(deployment(&deployed("a=1"), "a=1", "a=1").is_done());
        let is_damaged = true;
        assert!(!deployment(&Deployed { is_damaged, ..deployed("a=1") }, "a=1", "a=1").is_done());
    }

    #[test]
    fn what_an_interrupted_run_left_where_no_page_leads_is_mended_first() {
        let mut journal = Journal::default();
        for (path, digest) in manifest("left=1 right=2 gone=1").files {
            journal.unreachable.insert(path, digest);
        }
        let deployed = Deployed { journal: Some(journal), ..deployed("") };
        let changes = deployment(&deployed, "left=1 right=2 gone=1", "left=2 right=2").changes;
        let path = |text| OutPath::new(text).unwrap();
        let expected =
            Changes { added: vec![path("left")], changed: vec![], removed: vec![path("gone")], unchanged: 1 };
        assert_eq!(changes, expected);
    }

    #[test]
    fn unmanaged_files_are_taken_over_when_they_are_the_same_or_adopted() {
        let found =
            || manifest("same=1 other=1").files.into_iter().map(|(path, digest)| (path, Some(digest)));
        let link = || [(OutPath::new("link").unwrap(), None)];
        for (unmanaged, managed, refused) in
            [(Unmanaged::Refuse, "same=1", &["other", "link"][..]), (Unmanaged::Adopt, "same=1 other=1", &[])]
        {
            let mut all = Manifest::default();
            let others = unmanaged.take_over(&mut all, &manifest("same=1 other=2"), found().chain(link()));
            assert_eq!(
                (all, others.iter().map(OutPath::as_str).collect()),
                (manifest(managed), refused.to_vec())
            );
        }
    }

    #[test]
    fn a_damaged_record_stops_the_run_or_counts_as_absent() {
        let get = |record| Ok::<_, ()>((record == Record::Retired).then(|| b"x\n".to_vec()));
        let damaged = Deployed::read(get, Unmanaged::Refuse).unwrap().unwrap_err();
        assert_eq!(
            (damaged.record, &*damaged.problem),
            (Record::Retired, "line 1: not a time, a digest and a path")
        );
        let read = Deployed::read(get, Unmanaged::Adopt).unwrap().unwrap();
        assert_eq!(read, Deployed { is_damaged: true, ..Deployed::default() });
    }
}
