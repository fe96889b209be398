//! Work on many threads that ends at the first failure.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;

/// Does something with each item on so many threads at once; none begins another after one failed.
///
/// # Errors
/// The first failure.
pub(super) fn in_parallel<T: Sync, E: Send>(
    items: &[T],
    threads: usize,
    work: impl Fn(&T) -> Result<(), E> + Sync,
) -> Result<(), E> {
    let next = AtomicUsize::new(0);
    let failure: Mutex<Option<E>> = Mutex::new(None);
    let failed = || failure.lock().unwrap_or_else(PoisonError::into_inner);
    let worker = || {
        while failed().is_none() {
            let Some(item) = items.get(next.fetch_add(1, Ordering::Relaxed)) else { return };
            if let Err(error) = work(item) {
                failed().get_or_insert(error);
            }
        }
    };
    thread::scope(|scope| {
        for _ in 0..threads.min(items.len()) {
            scope.spawn(worker);
        }
    });
    failure.into_inner().unwrap_or_else(PoisonError::into_inner).map_or(Ok(()), Err)
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::in_parallel;

    #[test]
    fn every_item_is_worked_on_until_one_fails() {
        let items: Vec<usize> = (0..100).collect();
        let sum = AtomicUsize::new(0);
        let add = |item: &usize| -> Result<(), usize> {
            sum.fetch_add(*item, Ordering::SeqCst);
            Ok(())
        };
        in_parallel(&items, 7, add).unwrap();
        assert_eq!(sum.load(Ordering::SeqCst), 4950);
        let count = AtomicUsize::new(0);
        let fail = |item: &usize| {
            count.fetch_add(1, Ordering::SeqCst);
            if *item == 3 { Err(*item) } else { Ok(()) }
        };
        assert_eq!(in_parallel(&items, 1, fail), Err(3));
        assert_eq!(count.load(Ordering::SeqCst), 4);
        assert_eq!(in_parallel(&Vec::<usize>::new(), 4, fail), Ok(()));
    }
}
