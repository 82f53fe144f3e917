geocoding-in-or-near = In or near { $label }
geocoding-near = Near { $label }
geocoding-places-by-geonames = Places: GeoNames (CC BY 4.0) and US Census Bureau
geocoding-position = Position { $position }
