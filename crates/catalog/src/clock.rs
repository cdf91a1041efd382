use std::time::SystemTime;

use loggia_model::Timestamp;

pub fn now() -> Timestamp {
    Timestamp::from_system(SystemTime::now())
}
