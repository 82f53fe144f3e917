geocoding-in-or-near = In or near { $label }
geocoding-near = Near { $label }
geocoding-places-geonames-cc-by-4-0 = Places: GeoNames (CC BY 4.0) and US Census Bureau
geocoding-position = Position { $position }
