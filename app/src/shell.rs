//! The document around every page.

use leptos::nonce::use_nonce;
use leptos::prelude::*;
use leptos_meta::MetaTags;

use crate::app::App;
use crate::request::{THEME_COOKIE, cookie};

/// Where the browser finds what goes with the pages. Names carry the hash of the content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Site {
    pub css: String,
    pub icons: String,
    pub favicon: String,
    /// The module and its WASM; `None` in a build without the browser's side.
    pub islands: Option<(String, String)>,
    /// What shows rows in the browser; `None` in a build without it.
    pub canvas: Option<Canvas>,
}

/// The module of the grid, and what reads files for it. Fetched when somebody opens a preview or a file.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Canvas {
    pub js: String,
    pub wasm: String,
    /// The worker's own script.
    pub reader: String,
    pub parquet: Module,
}

#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Module {
    pub js: String,
    pub wasm: String,
}

/// Pages that a link leads to are fetched when the pointer rests on it; never what only a POST may do, nor what
/// is noted when it is read: rows, and the audit.
const SPECULATION: &str = r#"{"prefetch":[{"where":{"and":[{"href_matches":"/*"},{"not":{"href_matches":"/do/*"}},{"not":{"selector_matches":"[href*='tab=preview'], [href^='/sample/'], [href^='/audit']"}}]},"eagerness":"moderate"}]}"#;

/// Hydrates the islands of a page, in the order in which they stand. Without an island there is nothing
/// to load.
const HYDRATE: &str = r"(js, wasm) => {
  window.loggia = {
    open: async (root, settings, file) => {
      const { js, wasm, reader, parquet, sample } = JSON.parse(settings);
      // The first reader starts, and fetches, while the grid comes; the module keeps it for what follows.
      const first = window.loggia.hasReader ? undefined : new Worker(reader, { type: 'module' });
      window.loggia.hasReader = true;
      if (!file || /\.parq/i.test(file.name)) first?.postMessage({ ahead: true, parquet, sample: file ? '' : sample });
      const mod = await import(js);
      await mod.default({ module_or_path: wasm });
      mod.open(root, settings, file, first);
    },
  };
  if (!document.querySelector('leptos-island')) return;
  const children = [];
  const island = async (mod, el) => {
    const start = mod[el.dataset.component];
    if (!start) { console.warn('no such island: ' + el.dataset.component); return; }
    const last = children[children.length - 1];
    if (last) last();
    await start(el);
  };
  const walk = async (mod, node) => {
    if (node.nodeType !== Node.ELEMENT_NODE) return;
    const tag = node.tagName.toLowerCase();
    if (tag === 'leptos-island') await island(mod, node);
    if (tag === 'leptos-children') children.push(node.$$on_hydrate);
    for (const child of [...node.children]) await walk(mod, child);
    if (tag === 'leptos-children') children.pop();
  };
  const start = async () => {
    const mod = await import(js);
    await mod.default({ module_or_path: wasm });
    mod.hydrate();
    await walk(mod, document.body);
    document.documentElement.dataset.islands = 'ready';
  };
  'requestIdleCallback' in window ? requestIdleCallback(start) : start();
}";

pub fn shell(site: Site) -> impl IntoView {
    let theme = use_context::<http::request::Parts>().and_then(|parts| cookie(&parts, THEME_COOKIE));
    let theme = theme.filter(|theme| theme == "dark" || theme == "light");
    let nonce = use_nonce();
    // Page data must not be serialised for a hydration of the whole page, which never comes.
    if let Some(context) = Owner::current_shared_context() {
        context.set_is_hydrating(false);
    }
    let hydrate = site.islands.as_ref().map(|(js, wasm)| format!("({HYDRATE})({js:?}, {wasm:?});"));
    let hydrate = hydrate.map(|script| view! { <script type="module" nonce=nonce.clone()>{script}</script> });
    provide_context(site.clone());
    view! {
        <!DOCTYPE html>
        <html lang="en" data-theme=theme>
            <head>
                <meta charset="utf-8"/>
                <meta name="viewport" content="width=device-width, initial-scale=1"/>
                <meta name="color-scheme" content="light dark"/>
                <link rel="stylesheet" href=site.css.clone()/>
                <link rel="icon" href=site.favicon.clone() r#type="image/svg+xml"/>
                <script type="speculationrules" nonce=nonce.clone()>{SPECULATION}</script>
                {hydrate}
                <MetaTags/>
            </head>
            <body>
                <App/>
            </body>
        </html>
    }
}
