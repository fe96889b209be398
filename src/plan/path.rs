//! Where an output stands; the model says it.

pub use crate::model::out_path::{BadPath, OWN_FOLDER, OutPath};
