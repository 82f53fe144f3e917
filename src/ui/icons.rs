//! Icons: drawings of [Lucide](https://lucide.dev) (ISC licence, beside the files), inlined so that they need no request.

use leptos::prelude::*;

macro_rules! glyphs {
    ($($name:ident = $file:literal,)*) => {
        /// What an [`Icon`] draws. Named as in Lucide; `Tire` is our own.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Glyph { $($name,)* }

        impl Glyph {
            pub const ALL: &[Self] = &[$(Self::$name,)*];

            /// The name of its file, as in Lucide.
            pub fn name(self) -> &'static str {
                match self { $(Self::$name => $file,)* }
            }

            pub fn named(name: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|glyph| glyph.name() == name)
            }

            fn file(self) -> &'static str {
                match self { $(Self::$name => include_str!(concat!("icons/", $file, ".svg")),)* }
            }
        }
    };
}

glyphs! {
    ArrowLeft = "arrow-left",
    ArrowRight = "arrow-right",
    BadgeCheck = "badge-check",
    Ban = "ban",
    Banknote = "banknote",
    Bell = "bell",
    Bike = "bike",
    Calendar = "calendar",
    Camera = "camera",
    Car = "car",
    CarBattery = "car-battery",
    CarFront = "car-front",
    Check = "check",
    ChevronDown = "chevron-down",
    ChevronLeft = "chevron-left",
    ChevronRight = "chevron-right",
    ChevronUp = "chevron-up",
    ChevronsUpDown = "chevrons-up-down",
    CircleAlert = "circle-alert",
    CircleCheck = "circle-check",
    CircleQuestionMark = "circle-question-mark",
    CircleX = "circle-x",
    ClipboardList = "clipboard-list",
    Clock = "clock",
    Copy = "copy",
    CreditCard = "credit-card",
    Download = "download",
    Ellipsis = "ellipsis",
    Engine = "engine",
    ExternalLink = "external-link",
    Eye = "eye",
    FileText = "file-text",
    Flag = "flag",
    Fuel = "fuel",
    Gauge = "gauge",
    HandCoins = "hand-coins",
    History = "history",
    House = "house",
    Inbox = "inbox",
    Info = "info",
    KeyRound = "key-round",
    LayoutDashboard = "layout-dashboard",
    List = "list",
    ListFilter = "list-filter",
    LocateFixed = "locate-fixed",
    Lock = "lock",
    LogIn = "log-in",
    LogOut = "log-out",
    Mail = "mail",
    Map = "map",
    MapPin = "map-pin",
    Menu = "menu",
    MessageSquare = "message-square",
    Minus = "minus",
    Moon = "moon",
    Navigation = "navigation",
    Pencil = "pencil",
    Percent = "percent",
    Phone = "phone",
    Plus = "plus",
    Power = "power",
    Receipt = "receipt",
    RefreshCw = "refresh-cw",
    Route = "route",
    Search = "search",
    Settings = "settings",
    ShieldCheck = "shield-check",
    SquareKanban = "square-kanban",
    Star = "star",
    Stethoscope = "stethoscope",
    Sun = "sun",
    Timer = "timer",
    Tire = "tire",
    TrafficCone = "traffic-cone",
    Trash2 = "trash-2",
    TriangleAlert = "triangle-alert",
    Truck = "truck",
    User = "user",
    UserCheck = "user-check",
    Users = "users",
    Wallet = "wallet",
    Wrench = "wrench",
    X = "x",
    Zap = "zap",
}

impl Glyph {
    /// The shapes inside the `<svg>` element.
    pub fn shapes(self) -> &'static str {
        let file = self.file();
        let start = file.find('>').map_or(0, |end_of_tag| end_of_tag + 1);
        let end = file.rfind("</svg>").unwrap_or(file.len());
        &file[start..end]
    }
}

/// As tall as the text beside it. It is decoration: the text beside it, or an `aria-label`, carries the meaning.
#[component]
pub fn Icon(glyph: Glyph) -> impl IntoView {
    view! {
        <svg
            class="icon"
            viewBox="0 0 24 24"
            width="24"
            height="24"
            fill="none"
            stroke="currentColor"
            stroke-width="2"
            stroke-linecap="round"
            stroke-linejoin="round"
            aria-hidden="true"
            inner_html=glyph.shapes()
        ></svg>
    }
}
