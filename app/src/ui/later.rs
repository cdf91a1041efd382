//! Putting aside what is not for today, and taking it up again: the same for what happened, what waits and what there is to do.

use leptos::prelude::*;

/// What a form sends besides the choice: names and values.
pub type Hidden = Vec<(&'static str, String)>;

/// `about` tells what it is to whoever does not see where it stands; `help`, when it comes again.
pub fn later(action: &'static str, hidden: Hidden, about: &str, help: Option<&'static str>) -> AnyView {
    view! {
        <details class="later">
            <summary>"Later" <span class="hidden">": " {about.to_owned()}</span></summary>
            <form method="post" action=action>
                {inputs(hidden)}
                <button class="secondary" name="how" value="tomorrow">"Tomorrow"</button> " "
                <button class="secondary" name="how" value="week">"In a week"</button> " "
                <button class="secondary" name="how" value="month">"In a month"</button>
                {help.map(|help| view! { <p class="help">{help}</p> })}
            </form>
        </details>
    }
    .into_any()
}

/// Done with it, or up again: one button.
pub fn at_once(
    action: &'static str,
    hidden: Hidden,
    how: &'static str,
    title: &'static str,
    about: &str,
) -> AnyView {
    view! {
        <form method="post" action=action class="inline">{inputs(hidden)}<button class="secondary" name="how" value=how>{title}<span class="hidden">": " {about.to_owned()}</span></button></form>
    }
    .into_any()
}

pub fn take_up_again(action: &'static str, hidden: Hidden, about: &str) -> AnyView {
    at_once(action, hidden, "open", "Take it up again", about)
}

fn inputs(hidden: Hidden) -> Vec<AnyView> {
    let input = |(name, value)| view! { <input r#type="hidden" name=name value=value/> }.into_any();
    hidden.into_iter().map(input).collect()
}
