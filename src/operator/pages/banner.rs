use engine::field::isolated;
use leptos::{prelude::*, server_fn::ServerFn};

use crate::{
    operator::impersonation::EndImpersonation,
    server::scope::RequestScope,
    ui::{ButtonForm, Glyph, Icon, SecondaryButton},
};

/// The banner on every page while an operator acts as a user: who they are, who they act as, and a button to stop.
pub fn banner() -> impl IntoView {
    let scope = RequestScope::current()?;
    let (impersonator, user) = (scope.impersonator.get()?.clone(), scope.user.get()?.clone());
    Some(view! {
        <aside class="impersonation" role="status" aria-label=t!("operator-you-act-as-someone-else")>
            <p><Icon glyph=Glyph::Eye />{t!("operator-you-act-as", name = isolated(&impersonator.name), user = isolated(&user.name))}</p>
            <ButtonForm action=EndImpersonation::PATH>
                <SecondaryButton>{t!("operator-stop")}</SecondaryButton>
            </ButtonForm>
        </aside>
    })
}
