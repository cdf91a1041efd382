// The people of the demo, one for each role.
export const people = [
  'ana.benitez',
  'carlos.gimenez',
  'lucia.ayala',
  'joaquin.villalba',
  'valeria.ortiz',
  'noelia.franco',
];
