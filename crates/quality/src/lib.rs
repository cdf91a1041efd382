//! What data is like, judged from its values: profiles of columns. No I/O: whoever reads the data hands
//! Arrow arrays over.

pub mod profile;
