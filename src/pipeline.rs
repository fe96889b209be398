//! From a snapshot to pages: the lines that call everything above, shared by build, plan, check, serve and publish.
//!
//! Invariant: a page is rendered on demand, from the edition, the plan and the theme alone.

use std::collections::BTreeMap;
use std::sync::Arc;

use rayon::iter::{IntoParallelIterator, IntoParallelRefIterator, ParallelIterator};

use crate::check::{self, CLOCK_SKEW_SECS, Cache, Clock};
use crate::diagnostic::{Diagnostic, Severity};
use crate::digest::Key;
use crate::model::edition::Edition;
use crate::model::out_path::OutPath;
use crate::parse::{self, draft::Drafts};
use crate::plan::fingerprint::Fingerprints;
use crate::plan::{self, Plan};
use crate::render::context::References;
use crate::render::{self, Said, theme::Theme};
use crate::rules;
use crate::source::{Snapshot, SourcePath, Spanned};
use crate::time::{Instant, Zone};

pub use crate::check::{Options, Variant};
pub use crate::render::Body;

/// A site that is ready to be rendered, page by page.
#[derive(Clone, Debug)]
pub struct Prepared {
    /// What is public, and what it means.
    pub edition: Arc<Edition>,
    /// Every output.
    pub plan: Arc<Plan>,
    /// What pages refer to.
    pub references: Arc<References>,
    /// The theme, with everything of the site that is the same on each page.
    pub theme: Arc<Theme>,
}

/// The result for a snapshot.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// The site; `None` when a problem is an error.
    pub prepared: Option<Prepared>,
    /// All problems, sorted by file and place.
    pub problems: Vec<Diagnostic>,
    /// From [`Options::now`] until here, the same snapshot gives the same outputs and problems.
    pub until: Instant,
}

/// The results that the next run reuses for unchanged files.
#[derive(Default)]
pub struct Memory {
    cache: Cache,
    theme: Option<(ThemeKey, Theme)>,
    plan: plan::PlanCache,
}

/// What a theme is made of. Files are told apart by identity: those that did not change are shared between snapshots.
struct ThemeKey {
    files: Vec<ThemeFile>,
    name: String,
    language: String,
    options: serde_json::Value,
}

/// A file with its bytes, which are shared while they do not change.
type ThemeFile = (SourcePath, Arc<[u8]>);

impl ThemeKey {
    fn is(&self, other: &ThemeKey) -> bool {
        let same = |(one, two): (&ThemeFile, &ThemeFile)| one.0 == two.0 && Arc::ptr_eq(&one.1, &two.1);
        self.name == other.name
            && self.language == other.language
            && self.options == other.options
            && self.files.len() == other.files.len()
            && self.files.iter().zip(&other.files).all(same)
    }
}

/// The rules by which it is already said that names are shared or unusable.
const WRONG_NAMES: [&str; 3] = [rules::DUPLICATE_ID.name, rules::DUPLICATE_SLUG.name, rules::INVALID_ID.name];

/// The keys of outputs; one without a key is always rendered.
pub type Keys = BTreeMap<OutPath, Key>;

/// The zone that times on the command line are read in: site.toml's, or UTC while that is wrong.
pub fn zone(drafts: &Drafts) -> Zone {
    let written = drafts.site.as_ref().and_then(|site| site.toml.time_zone.as_ref());
    written.and_then(|zone| Zone::parse(&zone.value)).unwrap_or(Zone::UTC)
}

/// Checks drafts, loads the theme and plans every output. All problems come out at once.
pub fn prepare(snapshot: &Snapshot, drafts: &Drafts, options: &Options, memory: &mut Memory) -> Outcome {
    let Memory { cache, theme, plan } = memory;
    let (checked, theme) = rayon::join(
        || check::site_reusing(drafts, snapshot, options, cache),
        || load_theme(snapshot, drafts, theme),
    );
    let mut problems = checked.problems;
    let theme = theme.map_err(|more| problems.extend(more)).ok();
    let warnings = theme.iter().flat_map(|theme| theme.warnings().iter().cloned());
    problems.extend(warnings.filter_map(|problem| checked.levels.applied(problem)));
    let (host, clock) = (&options.variant.host, options.clock);
    let options = |theme: &Theme, plan: Option<&Plan>| {
        drafts.site.as_ref().map_or(Vec::new(), |draft| theme.option_problems(draft, snapshot, plan))
    };
    if let (None, Some(theme)) = (&checked.site, &theme) {
        let more = options(theme, None).into_iter();
        problems.extend(more.filter_map(|problem| checked.levels.applied(problem)));
    }
    // A broken theme hides no dead link: its files are the only outputs that the plan then lacks.
    let planned = checked.site.map(|site| {
        let edition = Edition::new(Arc::new(site), checked.now);
        let assets: Vec<&str> = theme.iter().flat_map(Theme::asset_paths).collect();
        let (planned, references) =
            rayon::join(|| plan::outputs_reusing(&edition, assets, host, plan), || References::new(&edition));
        // A wrong name is one mistake, not also one for each of its outputs.
        let has_wrong_names = problems.iter().any(|problem| WRONG_NAMES.contains(&problem.rule));
        let misplaced = if has_wrong_names { Vec::new() } else { plan::misplaced(&planned, drafts) };
        let more =
            misplaced.into_iter().chain(plan::dead_links(&planned, &checked.root_links, drafts, &edition));
        let more = more.chain(theme.iter().flat_map(|theme| options(theme, Some(&planned.plan))));
        problems.extend(more.filter_map(|problem| checked.levels.applied(problem)));
        (edition, planned.plan, references)
    });
    let prepared = planned.zip(theme).map(|((edition, plan, references), theme)| {
        let theme = Arc::new(theme.with_site(&edition.site));
        Prepared { edition: Arc::new(edition), plan, references: Arc::new(references), theme }
    });
    check::sort(&mut problems);
    let fails = problems.iter().any(|problem| problem.severity == Severity::Error);
    let until =
        prepared.as_ref().map_or(checked.now, |prepared| until(&prepared.edition, checked.until, clock));
    Outcome { prepared: prepared.filter(|_| !fails), problems, until }
}

/// The first instant at which a page or a problem may change; `problems` is that of the problems.
fn until(edition: &Edition, problems: Option<Instant>, clock: Clock) -> Instant {
    // Until then, an empty feed is dated by the clock.
    if edition.now < edition.site.config.tag_instant() {
        return edition.now;
    }
    let skew_secs = if clock == Clock::Real { CLOCK_SKEW_SECS } else { 0 };
    problems.into_iter().fold(edition.next_change.plus_secs(-skew_secs), Instant::min)
}

/// Parses, checks and plans a snapshot that nothing is remembered of.
pub fn run(snapshot: &Snapshot, options: &Options) -> Outcome {
    prepare(snapshot, &parse::all(snapshot), options, &mut Memory::default())
}

impl Prepared {
    /// One output's content.
    ///
    /// # Errors
    /// A template that cannot be rendered, at its place in the theme's file.
    ///
    /// # Panics
    /// When the path is not in the plan.
    pub fn render(&self, path: &OutPath) -> Result<Body, Diagnostic> {
        let page = self.plan.outputs.get(path).expect("only planned paths are rendered");
        render::page(&self.edition, &self.plan, &self.references, &self.theme, path, page)
    }

    /// Everything that readers can be told by now, oldest first.
    pub(crate) fn said(&self) -> Vec<Said> {
        render::said(&self.edition, &self.plan, &self.references, &self.theme)
    }

    /// The keys of all outputs that are rendered: one with the same key as before has the same bytes.
    pub fn keys(&self, variant: &Variant) -> Keys {
        let (theme, variant) = (self.theme.digest(), format!("{variant:?}"));
        let relations = &self.references.relations;
        let prints = Fingerprints::new(&self.edition, &self.plan, relations, (theme, &variant));
        let outputs = self.plan.outputs.par_iter();
        outputs.filter_map(|(path, page)| Some((path.clone(), prints.key(path, page)?))).collect()
    }

    /// What goes wrong when every page is rendered: each problem once, in order.
    pub fn render_problems(&self) -> Vec<Diagnostic> {
        let paths: Vec<&OutPath> = self.plan.outputs.keys().collect();
        let mut problems: Vec<Diagnostic> =
            paths.into_par_iter().filter_map(|path| self.render(path).err()).collect();
        check::sort(&mut problems);
        problems.dedup();
        problems
    }
}

/// The theme that site.toml names, as far as it can be read.
fn load_theme(
    snapshot: &Snapshot,
    drafts: &Drafts,
    memory: &mut Option<(ThemeKey, Theme)>,
) -> Result<Theme, Vec<Diagnostic>> {
    let site = drafts.site.as_ref();
    let text = |value: Option<&Spanned<String>>, default: &str| {
        value.map_or(default.to_owned(), |value| value.value.clone())
    };
    let name = text(site.and_then(|site| site.toml.theme.as_ref()), "default");
    let language = text(site.and_then(|site| site.toml.language.as_ref()), "en");
    let folder = format!("themes/{name}");
    let files = snapshot.below(&folder);
    let files =
        files.filter_map(|(path, _)| Some((path.clone(), Arc::clone(snapshot.bytes(path)?)))).collect();
    let options = site.map(|site| site.toml.theme_options.clone()).unwrap_or_default();
    let key = ThemeKey { files, name, language, options };
    if let Some((known, theme)) = memory
        && known.is(&key)
    {
        return Ok(theme.clone());
    }
    let theme = Theme::branded(snapshot, &key.name, &key.language, &key.options)?;
    *memory = Some((key, theme.clone()));
    Ok(theme)
}
