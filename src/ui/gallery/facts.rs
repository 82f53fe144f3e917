//! Lists, figures, places.

use engine::GeoPoint;
use leptos::prelude::*;

#[allow(clippy::wildcard_imports, reason = "it shows everything")]
use crate::ui::*;

#[component]
pub(super) fn Tables() -> impl IntoView {
    let rows = [
        ("RA-7K3M9Q", "Ann Lee", Tone::Progress, "On the way", "$143.60"),
        ("RA-2P8X4D", "Robert Washington", Tone::Info, "Waiting for a provider", "$100.00"),
        ("RA-9T6C1H", "Maria Gonzalez", Tone::Success, "Completed", "$135.00"),
    ]
    .into_iter()
    .map(|(reference, customer, tone, phase, price)| {
        view! {
            <TableRow>
                <Cell label="Booking"><a class="row-link" href="#tables">{reference}</a></Cell>
                <Cell label="Customer">{customer}</Cell>
                <Cell label="Phase"><Badge tone label=phase/></Cell>
                <AmountCell label="Price">{price}</AmountCell>
                <ActionsCell><ButtonForm action="#"><SecondaryButton>"Assign"</SecondaryButton></ButtonForm></ActionsCell>
            </TableRow>
        }
    })
    .collect_view();
    let head = || {
        view! {
            <SortableHeader label="Booking" key="reference" sort=Sort::parse("-reference") base="#tables"/>
            <SortableHeader label="Customer" key="customer" sort=Sort::parse("-reference") base="#tables"/>
            <HeadCell>"Phase"</HeadCell>
            <AmountHeadCell>"Price"</AmountHeadCell>
            <ActionsHeadCell/>
        }
    };
    view! {
        <Section title="Tables" attr:id="tables">
            <FilterBar action="#tables" search=|| view! { <SearchField label="Find" name="q"/> } active=1>
                <SelectField label="Phase" name="phase" need=Need::Optional prompt="All" choices=vec![Choice::new("pending", "Pending")]/>
            </FilterBar>
            <DataTable caption="Bookings" head>{rows}</DataTable>
            <Pagination info=PageInfo { page: 2, per_page: 20, total: 134 } base="#tables"/>
        </Section>
    }
}

#[component]
pub(super) fn Facts() -> impl IntoView {
    let bars = [("Mon", 4.0), ("Tue", 7.0), ("Wed", 3.0), ("Thu", 9.0), ("Fri", 12.0), ("Sat", 10.0), ("Sun", 0.0)]
        .map(|(label, value)| Bar { label: label.into(), value, text: value.to_string() })
        .to_vec();
    view! {
        <Section title="Facts">
            <div class="stats">
                <StatCard label="Live bookings" value="6" note="2 wait for a provider" glyph=Glyph::Truck/>
                <StatCard label="Median arrival" value="18 min" note="3 min faster than last week" glyph=Glyph::Timer/>
                <StatCard label="Revenue today" value="$1,284.00" glyph=Glyph::Banknote/>
                <StatCard label="Rating" value="4.8" note="212 reviews" glyph=Glyph::Star/>
            </div>
            <div class="split">
                <TitledCard title="Booking">
                    <DescriptionList>
                        <Description term="Vehicle">"2019 Honda Civic, blue"</Description>
                        <Description term="Where">"Ponce City Market, 675 Ponce De Leon Ave NE"</Description>
                        <Description term="Reference"><span class="reference">"RA-7K3M9Q"</span></Description>
                        <Description term="Reviews"><Stars stars=4/></Description>
                    </DescriptionList>
                    <div class="person">
                        <Avatar name="Deshawn Carter"/>
                        <div>
                            <p class="person-name">"Deshawn" " " <Rating average=4.9 count=212/></p>
                            <p class="person-detail">"White Ford F-550, plate TOW 418"</p>
                        </div>
                        <IconLink label="Call Deshawn" glyph=Glyph::Phone href="tel:+14045550100"/>
                    </div>
                </TitledCard>
                <TitledCard title="Price">
                    <PriceLines
                        lines=vec![PriceLine::new("Towing", "$125.00"), PriceLine::new("Mileage", "$18.60").with_detail("6.2 miles × $3.00")]
                        total="$143.60"
                    />
                </TitledCard>
            </div>
            <Card><BarChart title="Completed jobs this week" bars/></Card>
        </Section>
    }
}

#[component]
pub(super) fn Places() -> impl IntoView {
    let tabs = vec![
        NavItem::new("Jobs", "#tables", Glyph::Truck).with_urgent(1),
        NavItem::new("Earnings", "#earnings", Glyph::Wallet),
    ];
    view! {
        <Section title="Places to go">
            <ul class="link-cards">
                <li><LinkCard href="#tables" glyph=Glyph::Truck title="Towing" detail="To a shop or home" aside="from $125"/></li>
                <li><LinkCard href="#tables" glyph=Glyph::KeyRound title="Lockout" detail="Keys inside, lost or broken" aside="$135"/></li>
            </ul>
            <MapFrame label="Where the driver is" marks=drive() locale=engine::Locale::EnUs>"Deshawn is 2.1 miles away, seen 14:02"</MapFrame>
            <Board label="Bookings by phase">
                <BoardColumn title="Waiting" count=1>
                    <BoardCard href="#tables" title="Jump start" age="4 min"><p>"Midtown, Robert W."</p></BoardCard>
                </BoardColumn>
                <BoardColumn title="On the way" count=1>
                    <BoardCard href="#tables" title="Towing" age="12 min">
                        <p>"Ponce City Market → Decatur"</p>
                        <Badge tone=Tone::Progress label="Arrives 14:05"/>
                    </BoardCard>
                </BoardColumn>
                <BoardColumn title="Done" count=0><p class="faint small">"Nothing yet today"</p></BoardColumn>
            </Board>
            <div class="features">
                <Feature glyph=Glyph::Receipt title="The price first" text="You see every line before you book."/>
                <Feature glyph=Glyph::ShieldCheck title="Checked drivers" text="Licensed, insured, rated by people like you."/>
                <Feature glyph=Glyph::MapPin title="Follow along" text="A link shows where help is. No account needed."/>
            </div>
        </Section>
        <div class="gallery-tabs">
            <TabBar items=tabs path="#tables"/>
        </div>
    }
}

fn drive() -> Vec<MapMark> {
    let marks = [
        (MarkKind::Provider(Glyph::Truck), 33.772, -84.366, "Deshawn"),
        (MarkKind::Place, 33.785, -84.374, "You"),
        (MarkKind::Destination, 33.775, -84.296, "Drop-off"),
    ];
    marks
        .into_iter()
        .filter_map(|(kind, latitude, longitude, label)| {
            Some(MapMark { kind, point: GeoPoint::new(latitude, longitude).ok()?, label: label.to_owned() })
        })
        .collect()
}
