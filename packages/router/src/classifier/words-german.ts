import type { WordList } from "./word-list.ts";

/** Words that speak for a category. A trailing `-` stands for any ending, `_` for a space. */
export const german: WordList = {
  code: {
    strong:
      "programmier- quellcode quelltext skript- datenbankabfrage schnittstelle regulären_ausdruck regulärer_ausdruck komponententest unittest kompiliert kompilier- stapelüberlauf pull-request codezeile rekursiv- binärbaum verkettete_liste laufzeitfehler endlosschleife",
    medium:
      "funktion methode klasse code programm algorithmus fehlermeldung schleife variable datenbank abfrage bibliothek implementier- zeichenkette array parser refaktorier- debugge sortiert modul syntax tabelle_in_sql",
    weak: "schreibe behebe fehler sortiere liste datei ausgabe eingabe test tests",
  },
  math: {
    strong:
      "gleichung- integral ableitung polynom- wahrscheinlichkeit beweise_dass satz_des primzahl- quadratwurzel hypotenuse umfang binom- logarithmus matrix eigenwert- teilbar fakultät löse_die_gleichung zinseszins- standardabweichung quadratzahl- vereinfache",
    medium:
      "berechne rechne summe produkt bruch prozent durchschnitt mittelwert dreieck- kreis rechteck- radius flächeninhalt volumen winkel dividiert multiplizier- geteilt_durch wie_viel wie_viele wieviel kilometer_pro stundenkilometer würfel- zinsen löse",
    weak: "zahl zahlen kostet kosten preis gesamt jeweils doppelt hälfte übrig euro liter",
  },
  reasoning: {
    strong:
      "rätsel logisch- logikrätsel schlussfolger- folgt_daraus daraus_folgt folgern prämisse- widerspruch paradox- trugschluss wer_lügt wahrheit denkaufgabe knobelaufgabe gehört_nicht_dazu setze_die_reihe nächste_zahl wenn_alle können_wir_schließen gedankenexperiment",
    medium:
      "schwestern brüder bruder schwester größer kleiner älter jünger lügt lügner überhol- sitzt sitzen gegenüber links_von rechts_von begründe abwäg- vor-_und_nachteile schritt_für_schritt angenommen annahme aussage- täter verdächtig- norden süden osten westen",
    weak: "wenn dann wer welche welcher genau entweder weder nur einige keine warum hinweis- haus häuser farbe",
  },
  factual: {
    strong:
      "hauptstadt wer_erfand wer_hat_erfunden wer_entdeckte wer_schrieb wer_malte wer_war wann_wurde wann_war wann_begann in_welchem_jahr wie_hoch_ist wie_lang_ist wie_alt einwohner chemisches_symbol siedepunkt schmelzpunkt größte höchste längste tiefste geschichte_des geschichte_der weltkrieg währung ordnungszahl gegründet bedeutung_des_wortes",
    medium:
      "erfunden entdeckt jahrhundert reich revolution krieg verfassung planet tierart element molekül fotosynthese photosynthese schwerkraft wirtschaft inflation theorie physik biologie chemie geografie geographie antike erdbeben kontinent land fluss gebirge ozean was_ist was_sind erkläre_den erkläre_die wodurch_entsteht wie_entsteht wie_funktioniert",
    weak: "erkläre beschreibe was wo wann berühmt ursprung bedeutung rolle",
  },
  agentic: {
    strong:
      "automatisier- arbeitsablauf agent durchsuche_das_web suche_im_internet suche_im_web buche_mir buche_einen buche_ein vereinbare_einen termin_mit sende_eine_e-mail schicke_eine_mail schicke_das schicke_mir lege_ein_ticket fülle_das_formular rufe_die_api postfach kalender lade_alle werkzeug-_aufruf benutze_das_werkzeug nutze_die_werkzeuge",
    medium:
      "danach anschließend zuerst schließlich jeden_morgen jeden_tag stündlich überwache benachrichtig- erinnerung- flüge hotels hochladen herunterladen webseite- website suche aufgabe- führe aus_und plane selbstständig",
    weak: "zuerst dann e-mail ergebnisse bericht speichere aktualisiere",
  },
  fast: {
    strong:
      "hallo guten_morgen gute_nacht danke vielen_dank moin servus ein_wort in_einem_wort ja_oder_nein nur_die_antwort kurze_frage synonym- gegenteil_von reimt_sich buchstabier- großbuchstaben kleinbuchstaben schnell_mal wahr_oder_falsch",
    medium: "übersetze kurz kürze knapp umrechnen rechne_um wie_heißt_das_wort emoji überschrift_für",
    weak: "sag nenne wort satz einen_satz",
  },
  ocr: {
    strong:
      "ocr gescannt- transkribier- text_aus_dem text_im_bild handschrift- kassenbon rechnungsscan quittung abtippen beleg digitalisier- lies_den_text",
    medium: "dokument scan formularfelder seite",
    weak: "lies extrahier- tabelle",
  },
  vision: {
    strong:
      "bild foto fotografie bildschirmfoto screenshot auf_dem_bild auf_diesem_bild abgebildet zu_sehen was_siehst_du beschreibe_das_bild",
    medium: "diagramm grafik sichtbar logo kamera schau_dir",
    weak: "siehst zeigt objekt objekte szene",
  },
  general: {
    strong:
      "aufsatz gedicht geschichte_über erzähl- blogbeitrag brief anschreiben bewerbung fasse zusammenfass- umformulier- überarbeite korrekturles- ideen slogan rede liedtext haiku rollenspiel stell_dir_vor_du tu_so spiele_die_rolle du_bist_ein rat empfehl- reiseplan rezept überzeugend- entwirf verfasse kreativ- schlagzeile meinung dialog roman kurzgeschichte",
    medium:
      "schreibe e-mail ton stil zielgruppe werbetext reise urlaub geschenk- geburtstag lebenslauf vorstellungsgespräch tipps hilf_mir rückmeldung vergleiche meinst text absatz",
    weak: "bitte könntest mach gib vorschlag thema kurze beste über",
  },
};
