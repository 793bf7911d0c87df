import type { KeptTexts } from './en.js';

export const es: KeptTexts = {
  title: 'Guardado en este dispositivo',
  keep: (name) => `Guardar ${name} en este dispositivo`,
  promise:
    'Solo se guarda lo que usted marca, solo en este navegador, hasta que lo quite. Quien use este navegador puede abrirlo. Nada se sube.',
  kinds: { picture: 'imagen', network: 'red' },
  open: 'Abrir',
  openNamed: (name) => `Abrir ${name}`,
  remove: 'Quitar',
  removeNamed: (name) => `Quitar ${name}`,
  full: (needed, free) =>
    `No se guardó: tiene ${needed}, y este navegador ${free === null ? 'no tiene sitio' : `tiene sitio para ${free}`}.`,
  refused: 'Este navegador no deja guardar archivos, como en una ventana privada.',
  gone: (name) => `${name} ya no está: el navegador lo quitó.`,
};
