//! What operators do.

mod account;
mod new_tenant;
mod tasks;
mod tenant;

pub use account::{
    OperatorChangePassword, OperatorSignIn, OperatorSignOut, PasswordForm, SignInForm, operator_change_password,
    operator_sign_in, operator_sign_out,
};
pub use new_tenant::{NewTenantForm, OperatorCreateTenant, REGIONS, operator_create_tenant};
pub use tasks::{OperatorResolveTask, OperatorRetryTask, TaskForm, operator_resolve_task, operator_retry_task};
pub use tenant::{
    ImpersonateForm, OperatorChangeStatus, OperatorEditTenant, OperatorImpersonate, StatusForm, TermsForm,
    operator_change_status, operator_edit_tenant, operator_impersonate,
};
