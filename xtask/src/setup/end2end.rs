//! The Node packages of the browser tests, exactly as `end2end/package-lock.json` says.

use super::{say, system};
use crate::child;
use crate::failure::Result;
use crate::stamp::{self, Stamp};
use crate::tools::Tools;

pub fn prepare(tools: &Tools) -> Result<()> {
    let folder = tools.places.root.join("end2end");
    let lock = folder.join("package-lock.json");
    if !lock.exists() {
        return Ok(());
    }
    let wanted = stamp::of_contents(&lock)?;
    // Inside, since `npm ci` begins by deleting the folder: an interrupted one leaves no stamp.
    let stamp = Stamp(folder.join("node_modules/.loggia-stamp"));
    if stamp.is(&wanted) {
        return Ok(());
    }
    system::npm(&tools.places)?;
    say("installing Playwright and axe, which test the pages in a real browser");
    let mut npm = tools.command("npm");
    npm.args(["ci", "--no-audit", "--no-fund"])
        .current_dir(&folder)
        // The tests drive the system's Chromium.
        .env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")
        .env("PUPPETEER_SKIP_DOWNLOAD", "1");
    child::quietly(&mut npm, &tools.places.log("npm-end2end"))?
        .or_advise("npm ci in end2end", "check that npm reaches its registry: npm ping")?;
    stamp.set(&wanted)
}
