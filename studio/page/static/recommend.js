export async function show(place) { place.textContent = ""; }
