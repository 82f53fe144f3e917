//! The browser's side: passes the server's options to the device and its answer back. Both are JSON in the form of the Web Authentication standard,
//! which the browser itself reads and writes.

use js_sys::{Function, JSON, Object, Promise, Reflect};
use leptos::{prelude::*, task::spawn_local};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{FormData, HtmlFormElement, SubmitEvent};

use crate::{
    error::{AppError, Next},
    identity::passkeys::actions::{
        AddPasskeyForm, PasskeySignInForm, add_passkey, passkey_registration_options, passkey_sign_in_options,
        sign_in_with_passkey,
    },
};

/// Whether the browser can parse the server's options.
pub(super) fn knows_passkeys() -> bool {
    credential_function("parseRequestOptionsFromJSON").is_ok()
}

/// Signs in, and opens the next page.
pub(super) fn sign_in(next: String, told: RwSignal<Option<String>>) {
    run(told, async move {
        let options = passkey_sign_in_options().await?;
        let credential = ask("get", "parseRequestOptionsFromJSON", &options).await?;
        Ok(sign_in_with_passkey(PasskeySignInForm { credential, next }).await?)
    });
}

/// Creates a passkey, and shows the page that lists it.
pub(super) fn add(event: &SubmitEvent, told: RwSignal<Option<String>>) {
    let form = event.target().and_then(|target| target.dyn_into::<HtmlFormElement>().ok());
    let data = form.and_then(|form| FormData::new_with_form(&form).ok());
    let name = data.and_then(|data| data.get("name").as_string()).unwrap_or_default();
    run(told, async move {
        let options = passkey_registration_options().await?;
        let credential = ask("create", "parseCreationOptionsFromJSON", &options).await?;
        Ok(add_passkey(AddPasskeyForm { name, credential }).await?)
    });
}

/// Why it failed.
enum Failure {
    /// The device or its owner refused.
    Device,
    Server(AppError),
}

impl From<JsValue> for Failure {
    fn from(_: JsValue) -> Self {
        Self::Device
    }
}

impl From<AppError> for Failure {
    fn from(error: AppError) -> Self {
        Self::Server(error)
    }
}

fn run(told: RwSignal<Option<String>>, work: impl Future<Output = Result<Next, Failure>> + 'static) {
    told.set(Some("Waiting for your device…".to_owned()));
    spawn_local(async move {
        match work.await {
            Ok(next) => {
                if let Some(window) = web_sys::window() {
                    // If the page can't be opened from here, the user can still open it.
                    let _ = window.location().set_href(&next.to);
                }
            }
            Err(Failure::Device) => {
                told.set(Some("Your device made no use of a passkey. You can try again.".to_owned()));
            }
            Err(Failure::Server(AppError::Unconfirmed)) => {
                told.set(Some("Some time has passed. Load this page again, and confirm that it is you.".to_owned()));
            }
            Err(Failure::Server(AppError::Invalid(errors))) => told.set(errors.0.into_values().next()),
            Err(Failure::Server(error)) => told.set(Some(error.to_string())),
        }
    });
}

/// A static function of `PublicKeyCredential`.
fn credential_function(name: &str) -> Result<(JsValue, Function), JsValue> {
    let class = Reflect::get(&js_sys::global(), &"PublicKeyCredential".into())?;
    let function = Reflect::get(&class, &name.into())?.dyn_into::<Function>()?;
    Ok((class, function))
}

/// Passes the options to the device and returns its answer, both as JSON.
async fn ask(method: &str, parse: &str, options: &str) -> Result<String, JsValue> {
    let (class, parse) = credential_function(parse)?;
    let public_key = parse.call1(&class, &JSON::parse(options)?)?;
    let request = Object::new();
    Reflect::set(&request, &"publicKey".into(), &public_key)?;
    let navigator = Reflect::get(&js_sys::global(), &"navigator".into())?;
    let credentials = Reflect::get(&navigator, &"credentials".into())?;
    let ask = Reflect::get(&credentials, &method.into())?.dyn_into::<Function>()?;
    let answer = JsFuture::from(ask.call1(&credentials, &request)?.dyn_into::<Promise>()?).await?;
    // `stringify` asks the credential for its standard form, `toJSON`.
    Ok(JSON::stringify(&answer)?.into())
}
