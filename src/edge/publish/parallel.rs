//! Work on many threads that ends at the first failure.

use rayon::ThreadPoolBuilder;
use rayon::iter::{IntoParallelRefIterator as _, ParallelIterator as _};

/// The results of some work with each item, in order, on so many threads of their own: requests wait most of their time.
/// None begins another after one failed.
pub(super) fn in_parallel<T: Sync, R: Send, E: Send>(
    items: &[T],
    threads: usize,
    work: impl Fn(&T) -> Result<R, E> + Sync + Send,
) -> Result<Vec<R>, E> {
    let threads = threads.min(items.len()).max(1);
    let pool =
        ThreadPoolBuilder::new().num_threads(threads).build().expect("the system starts a few threads");
    pool.install(|| items.par_iter().map(work).collect())
}
