customers-vehicle = { $color } { $year } { $make } { $model }
customers-vehicle-with-plate = { $color } { $year } { $make } { $model }, plate { $plate }
