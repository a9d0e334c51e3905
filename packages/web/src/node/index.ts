export { type PagesOptions, pagesFolder } from './pages-folder.ts';
