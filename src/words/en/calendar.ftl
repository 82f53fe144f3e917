calendar-is-taken-then = { $name } is taken then.
calendar-isnt-in-service = { $name } isn't in service.
calendar-so-many-places-are-left =
    { $left ->
        [0] There are no places left.
        [one] There is { $left } place left.
       *[other] There are { $left } places left.
    }
calendar-so-many-places-are-taken =
    { $taken ->
        [one] { $taken } place is taken already.
       *[other] { $taken } places are taken already.
    }
calendar-too-few-are-free =
    { $needed ->
        [one] Nothing that this needs is free then.
       *[other] This needs { $needed }, and { $free } are free then.
    }
calendar-too-few-of-a-category-are-free =
    { $needed ->
        [one] { $category }: none is free then.
       *[other] { $category }: this needs { $needed }, and { $free } are free then.
    }
