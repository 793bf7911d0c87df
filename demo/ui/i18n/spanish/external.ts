import { shape, type Table } from './table.js';

/** Weights of a network that lie in other files than the model. */
export const external = {
  'external.missing': (v) =>
    `el tensor «${v.tensor}»: sus datos están en otro archivo${v.file === null ? '' : `, ${v.file}`}, que no se dio (dé ${v.file ?? 'ese archivo'} junto con la red, o guarde la red en un solo archivo)`,
  'external.no-name': (v) =>
    `el tensor «${v.tensor}»: sus datos están en otro archivo, que la red no nombra (se espera «location» en sus datos externos)`,
  'external.outside': (v) =>
    `el tensor «${v.tensor}»: sus datos están en ${v.file}, fuera de la carpeta de la red (se espera un archivo junto a la red, o en una carpeta junto a ella)`,
  'external.number': (v) =>
    `el tensor «${v.tensor}»: ${v.key === 'offset' ? 'el comienzo (offset)' : 'la longitud (length)'} de sus datos es «${v.value}» (se espera un número entero de bytes)`,
  'external.length': (v) =>
    `el tensor «${v.tensor}»: sus datos tienen ${v.length} bytes, pero la forma ${shape(v.shape)} de ${v.type} necesita ${v.wanted}`,
  'external.short': (v) =>
    `el tensor «${v.tensor}»: sus datos son los bytes ${v.start} a ${v.end} de ${v.file}, que tiene ${v.size} (se espera el archivo completo, de la misma exportación que la red)`,
  'external.overlap': (v) =>
    `los tensores que están en ${v.file} tienen juntos más bytes que sus ${v.size} (se esperan partes del archivo que no se solapen)`,
  'external.git-lfs-pointer': (v) => `${v.file} es un puntero de Git LFS, no los datos de la red (descárguelo con «git lfs pull»)`,
} as const satisfies Partial<Table>;
