//! Controls.

use leptos::prelude::*;

#[allow(clippy::wildcard_imports, reason = "it shows everything")]
use crate::ui::*;

#[component]
pub(super) fn Buttons() -> impl IntoView {
    view! {
        <Section title="Buttons" attr:id="buttons">
            <div class="row">
                <PrimaryButton>"Primary"</PrimaryButton>
                <SecondaryButton>"Secondary"</SecondaryButton>
                <DangerButton>"Danger"</DangerButton>
                <QuietButton>"Quiet"</QuietButton>
                <PrimaryLink href="#buttons">"Link" <Icon glyph=Glyph::ArrowRight/></PrimaryLink>
                <SecondaryLink href="#buttons"><Icon glyph=Glyph::Phone/>"Call"</SecondaryLink>
                <IconButton label="Notifications" glyph=Glyph::Bell/>
                <IconLink label="Settings" glyph=Glyph::Settings href="#buttons"/>
                <SwitchButton state=Switch::On>"On duty"</SwitchButton>
                <SwitchButton state=Switch::Off>"Sharing position"</SwitchButton>
                <DialogButton opens="sample-dialog">"Open a dialog"</DialogButton>
            </div>
            <Dialog id="sample-dialog" title="Decline this job?">
                <p class="muted">"It goes to the next provider at once. Declining doesn't count against you."</p>
                <PostForm action="#">
                    <RadioGroup legend="Why?" name="reason" choices=reasons()/>
                    <PrimaryButton>"Decline"</PrimaryButton>
                </PostForm>
            </Dialog>
            <ConfirmForm action="#" label="Cancel the booking" question="A driver is on the way. Cancelling now costs $35.00.">
                <DangerButton>"Cancel for $35.00"</DangerButton>
            </ConfirmForm>
        </Section>
    }
}

fn reasons() -> Vec<Choice> {
    vec![
        Choice::new("far", "Too far away"),
        Choice::new("equipment", "I don't have the equipment"),
        Choice::new("other", "Something else"),
    ]
}

#[component]
pub(super) fn Fields() -> impl IntoView {
    let cards = vec![
        RadioCard {
            value: "tow".into(),
            glyph: Glyph::Truck,
            title: "Towing".into(),
            description: "To a shop or home, flatbed if needed".into(),
            price: "from $125".into(),
        },
        RadioCard {
            value: "jump".into(),
            glyph: Glyph::CarBattery,
            title: "Jump start".into(),
            description: "Dead battery, most cars and SUVs".into(),
            price: "$100".into(),
        },
    ];
    view! {
        <Section title="Fields" attr:id="fields">
            <div class="split">
                <PostForm action="#">
                    <RadioCards legend="What happened?" name="service" state=FieldState::of("tow") cards/>
                    <FieldRow>
                        <NumberField label="Year" name="year" state=FieldState::of("2019") min=1950 max=2030/>
                        <TextField label="Make" name="make" state=FieldState::of("Honda")/>
                        <TextField label="Plate" name="plate" need=Need::Optional/>
                    </FieldRow>
                    <TextArea label="Anything the driver should know?" name="notes" need=Need::Optional hint="Gate code, level of a garage, trailer"/>
                    <FieldRow>
                        <DateField label="Day" name="day"/>
                        <TimeField label="Time" name="time" hint="Atlanta time"/>
                    </FieldRow>
                    <StarsField legend="How was it?" name="rating" state=FieldState::of("4")/>
                    <PrimaryButton>"Send"</PrimaryButton>
                </PostForm>
                <Card>
                    <FieldSet legend="Prices">
                        <MoneyField label="Base price" name="base" sign="$" state=FieldState::of("125.00")/>
                        <NumberField label="Free miles" name="free_miles" unit="mi" state=FieldState::of("5")/>
                        <SelectField label="Vehicle class" name="class" choices=vec![Choice::new("car", "Car"), Choice::new("truck", "Truck")]/>
                        <Checkbox label="Show to customers" name="active" state=FieldState::of("true") hint="They can book it right away."/>
                        <RadioGroup legend="Commission" name="commission" state=FieldState::of("far") choices=reasons()/>
                    </FieldSet>
                </Card>
            </div>
        </Section>
    }
}

#[component]
pub(super) fn RejectedForm() -> impl IntoView {
    let form = FormState {
        values: [("contact_name", "Ann"), ("contact_phone", "404 55")]
            .map(|(name, value)| (name.into(), value.into()))
            .into(),
        errors: [
            ("contact_phone", "Enter ten digits, area code first"),
            ("contact_email", "Enter an address like ann@example.org"),
        ]
        .map(|(name, error)| (name.into(), error.into()))
        .into(),
        message: Some("Two answers need to be corrected".into()),
        ..FormState::default()
    };
    view! {
        <Section title="A rejected form">
            // Folded, because it takes the focus when it is shown.
            <details>
            <summary class="button button-secondary">"Send it with mistakes"</summary>
            <PostForm action="#">
                <ErrorSummary form=form.clone()/>
                <TextField label="Your name" name="contact_name" state=form.field("contact_name") autocomplete="name"/>
                <PhoneField label="Phone" name="contact_phone" state=form.field("contact_phone") hint="So that the driver can reach you"/>
                <EmailField label="E-mail" name="contact_email" state=form.field("contact_email") need=Need::Optional/>
                <NewPasswordField label="Password" name="contact_password" hint="At least 10 characters"/>
                <StickyActions>
                    <PrimaryButton>"Book now"</PrimaryButton>
                    <SecondaryButton>"Back"</SecondaryButton>
                </StickyActions>
            </PostForm>
            </details>
        </Section>
    }
}
