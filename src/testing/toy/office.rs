//! What toys ask on the form by which staff make a booking: what is played, until when, how many play, and who comes along.

use chrono::{DateTime, TimeDelta, Utc};
use engine::{Quote, QuoteError, field};
use leptos::prelude::*;

use super::{
    Shape,
    pricing::{Play, Size},
};
use crate::{
    bookings::{appointment, people::Person},
    error::{FieldErrors, Sentence},
    ui::{Choice, DateField, FieldRow, FormState, Need, NumberField, RadioGroup, SelectField, TextArea, TimeField},
    verticals::office::{OfficeCall, OfficeOrder, detail},
};

/// So many play at most.
const MOST: u32 = 30;

pub fn fields(form: &FormState) -> AnyView {
    let [shape, size, date, time, units, people] =
        ["shape", "size", "date", "time", "units", "people"].map(|name| form.field(&detail(name)));
    let shapes = Shape::ALL.iter().map(|shape| Choice::new(shape.as_str(), label(*shape))).collect();
    let sizes = [(Size::Small, t!("toy-small")), (Size::Large, t!("toy-large"))];
    let sizes = sizes.map(|(size, label)| Choice::new(size.as_str(), label)).to_vec();
    view! {
        <div class="stack" data-priced="">
            <RadioGroup legend=t!("toy-where-do-they-play") name=detail("shape") state=shape choices=shapes />
            <SelectField label=t!("toy-delivery") name=detail("size") state=size need=Need::Optional prompt=t!("toy-they-fetch-it") choices=sizes />
            <FieldRow>
                <DateField label=t!("toy-until-which-day") name=detail("date") state=date need=Need::Optional />
                <TimeField label=t!("toy-until-what-time") name=detail("time") state=time need=Need::Optional hint=t!("toy-an-hour-if-empty") />
            </FieldRow>
            <NumberField label=t!("toy-how-many-play") name=detail("units") state=units need=Need::Optional min=1 max=i64::from(MOST) hint=t!("toy-one-if-empty") />
            <TextArea label=t!("toy-who-comes-along") name=detail("people") state=people need=Need::Optional rows=2 maxlength=500 hint=t!("toy-a-name-on-each-line") />
        </div>
    }
    .into_any()
}

fn label(shape: Shape) -> &'static str {
    match shape {
        Shape::Stay => t!("toy-here"),
        Shape::Legs => t!("toy-at-their-place"),
        Shape::Crew => t!("toy-with-three-who-carry-it"),
        Shape::Seat => t!("toy-on-the-trip"),
    }
}

/// What was typed. What can't be read is as most book it: here, for an hour, for one.
struct Typed {
    play: Play,
    ends_at: Option<DateTime<Utc>>,
    people: Vec<Person>,
}

pub fn price(call: &OfficeCall<'_>) -> Result<Quote, QuoteError> {
    price_of(call, &Typed::read(call, &mut FieldErrors::default()))
}

pub fn read(call: &OfficeCall<'_>) -> Result<OfficeOrder<Shape>, FieldErrors> {
    let mut errors = FieldErrors::default();
    let typed = Typed::read(call, &mut errors);
    if errors.is_empty() && price_of(call, &typed).err() == Some(QuoteError::NoPrice) {
        let field = if typed.play.delivery(call.prices).is_err() { "size" } else { "units" };
        errors.add(field, t!("toy-there-is-no-price-for-that"));
    }
    if !errors.is_empty() {
        return Err(errors);
    }
    let Typed { play, ends_at, people } = typed;
    let units = i32::try_from(play.units).unwrap_or(i32::MAX);
    Ok(OfficeOrder { ends_at, units, people, ..OfficeOrder::of(play.shape) })
}

fn price_of(call: &OfficeCall<'_>, typed: &Typed) -> Result<Quote, QuoteError> {
    let items = typed.play.items(&call.service.name, call.prices)?;
    call.service.vertical.price(call.tenant, call.service, &items)
}

impl Typed {
    fn read(call: &OfficeCall<'_>, errors: &mut FieldErrors) -> Self {
        let text = |name: &str| call.details.get(name).map(|text| text.trim()).unwrap_or_default();
        let shape = text("shape").parse::<Shape>().map_err(|_| t!("toy-choose-where-they-play"));
        let shape = errors.take("shape", shape).unwrap_or(Shape::Stay);
        let size = given(text("size")).and_then(|size| errors.take("size", size.parse::<Size>()));
        let units = given(text("units")).and_then(|units| errors.take("units", field::whole_number(units, 1..=MOST)));
        let units = units.unwrap_or(1);
        let ends_at = end(call, [text("date"), text("time")], errors);
        let minutes = call.scheduled_at.zip(ends_at).map(|(at, ends_at)| (ends_at - at).num_minutes());
        let minutes = minutes.and_then(|minutes| u32::try_from(minutes).ok()).unwrap_or(60);
        let people = errors.take("people", read_people(text("people"), units)).unwrap_or_default();
        Self { play: Play { shape, size, minutes, units }, ends_at, people }
    }
}

fn given(text: &str) -> Option<&str> {
    Some(text).filter(|text| !text.is_empty())
}

/// Until when; an hour from the appointment on if nothing was typed.
fn end(call: &OfficeCall<'_>, [date, time]: [&str; 2], errors: &mut FieldErrors) -> Option<DateTime<Utc>> {
    if date.is_empty() && time.is_empty() {
        return call.scheduled_at.map(|at| at + TimeDelta::hours(1));
    }
    let Some(begins_at) = call.scheduled_at else {
        errors.add("date", t!("toy-choose-first-when-it-begins"));
        return None;
    };
    let ends_at = appointment::read(call.tenant, date, time, call.now, errors)?;
    if ends_at <= begins_at {
        errors.add("time", t!("toy-it-ends-before-it-begins"));
        return None;
    }
    Some(ends_at)
}

/// One on each line, with their age if it is known: "Kim Lake, 9".
fn read_people(text: &str, units: u32) -> Result<Vec<Person>, String> {
    let lines = field::multiline(text, 500).map_err(|error| error.sentence())?.unwrap_or_default();
    let people: Vec<_> = lines.lines().filter(|line| !line.is_empty()).map(person).collect::<Result<_, _>>()?;
    let is_more = u32::try_from(people.len()).is_ok_and(|count| count > units);
    if is_more { Err(t!("toy-that-is-more-than-play").to_owned()) } else { Ok(people) }
}

fn person(line: &str) -> Result<Person, String> {
    let (name, age) = match line.rsplit_once(',') {
        Some((name, age)) => (name, Some(field::whole_number(age, 0..=130).map_err(|error| error.sentence())?)),
        None => (line, None),
    };
    let name = field::required(name, 120).map_err(|error| error.sentence())?;
    Ok(Person { name, phone: None, age })
}
