use std::time::Instant;
fn main() {
    let path = std::env::args().nth(1).unwrap();
    let tables = loggia_connect::files::at(std::path::Path::new(&path)).unwrap();
    for table in &tables {
        let t = Instant::now();
        let r = loggia_harvest::files::profile(table, &Default::default(), &|_, _| {});
        match r {
            Ok(p) => println!(
                "{} ok rows {} cols {} skipped {:?} {:?}",
                table.path.display(),
                p.head.rows_read,
                p.columns.len(),
                p.head.skipped,
                t.elapsed()
            ),
            Err(e) => println!("{} refused: {e} {:?}", table.path.display(), t.elapsed()),
        }
    }
}
