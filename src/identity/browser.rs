//! The name of a browser, for people.

/// "Chrome on Android", according to the browser itself.
pub fn browser_name(user_agent: Option<&str>) -> String {
    let Some(found) = user_agent.and_then(|agent| woothee::parser::Parser::new().parse(agent)) else {
        return t!("identity-unknown-browser").to_owned();
    };
    match (known(found.name), system(found.os)) {
        (Some(browser), Some(system)) => t!("identity-browser-on-system", browser = browser, system = system),
        (Some(browser), None) => browser.into(),
        (None, Some(system)) => t!("identity-some-browser-on-system", system = system),
        (None, None) => t!("identity-unknown-browser").to_owned(),
    }
}

fn known(name: &str) -> Option<&str> {
    (!name.is_empty() && name != "UNKNOWN").then_some(name)
}

/// Operating systems, by the names people know.
fn system(os: &str) -> Option<&str> {
    known(os).map(|os| match os {
        "Mac OSX" => "macOS",
        os if os.starts_with("Windows Phone") => "Windows Phone",
        os if os.starts_with("Windows") => "Windows",
        os => os,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn browsers_are_called_as_people_call_them() {
        for (agent, name) in [
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Safari/537.36",
                "Chrome on Windows",
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1",
                "Safari on iPhone",
            ),
            (
                "Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:132.0) Gecko/20100101 Firefox/132.0",
                "Firefox on macOS",
            ),
            (
                "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Mobile Safari/537.36",
                "Chrome on Android",
            ),
            ("<script>alert(1)</script>", "Unknown browser"),
        ] {
            assert_eq!(browser_name(Some(agent)), name);
        }
        assert_eq!(browser_name(None), "Unknown browser");
    }
}
