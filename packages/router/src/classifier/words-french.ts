import type { WordList } from "./word-list.ts";

/** Words that speak for a category. A trailing `-` stands for any ending, `_` for a space. */
export const french: WordList = {
  code: {
    strong:
      "programmation code_source script expression_régulière test_unitaire tests_unitaires base_de_données refactoris- compile- débogu- récursi- arbre_binaire liste_chaînée boucle_infinie fuite_de_mémoire requête_sql",
    medium:
      "fonction méthode classe code programme algorithme boucle variable requête bibliothèque implément- chaîne_de_caractères tableau syntaxe module composant",
    weak: "écris corrige erreur trie liste fichier sortie entrée test",
  },
  math: {
    strong:
      "équation- intégrale dérivée- polynôme- probabilité démontre_que théorème nombre_premier nombres_premiers racine_carrée hypoténuse périmètre logarithme matrice divisible factorielle résous résoudre intérêts_composés écart-type simplifie",
    medium:
      "calcule somme produit fraction pourcentage pour_cent moyenne triangle cercle rectangle rayon aire volume angle divisé multipli- combien kilomètres_par",
    weak: "nombre nombres coûte coûtent prix total chaque double moitié reste euros litres",
  },
  reasoning: {
    strong:
      "énigme devinette casse-tête logique logiquement déduire déduis syllogisme prémisse- contradiction paradoxe sophisme qui_ment dit_la_vérité peut-on_conclure que_peut-on_conclure intrus nombre_suivant continue_la_suite si_tous expérience_de_pensée",
    medium:
      "sœurs soeurs frères frère sœur plus_grand plus_petit plus_âgé plus_jeune ment menteur double_le assis assise en_face gauche_de droite_de justifie raisonne raisonnement avantages_et_inconvénients étape_par_étape suppose supposons affirmation- suspect- coupable",
    weak: "si alors qui lequel exactement aucun seulement certains pourquoi indice- maison maisons couleur",
  },
  factual: {
    strong:
      "capitale_de capitale_du qui_a_inventé qui_a_découvert qui_a_écrit qui_a_peint qui_était quand_a quand_est en_quelle_année quelle_hauteur combien_d'habitants symbole_chimique point_d'ébullition point_de_fusion plus_grand_du histoire_de guerre_mondiale monnaie_de numéro_atomique fondée signification_du",
    medium:
      "capitale inventé découvert siècle empire révolution guerre constitution planète espèce élément molécule photosynthèse gravité économie inflation théorie physique biologie chimie géographie antique séisme continent pays fleuve montagne océan qu'est-ce_que explique_le explique_la comment_fonctionne",
    weak: "explique décris définis que où quand célèbre origine importance rôle",
  },
  agentic: {
    strong:
      "automatise- flux_de_travail agent cherche_sur_le_web recherche_sur_internet réserve_un réserve-moi réserve_une planifie_une_réunion envoie_un_e-mail envoie_un_mail envoie-moi crée_un_ticket remplis_le_formulaire appelle_l'api calendrier boîte_de_réception télécharge_tous utilise_l'outil utilise_les_outils",
    medium:
      "ensuite puis d'abord enfin chaque_matin chaque_jour surveille préviens rappel vols hôtels télécharge site_web cherche tâche tâches exécute planifie",
    weak: "d'abord mail résultats rapport enregistre",
  },
  fast: {
    strong:
      "bonjour bonsoir salut merci un_mot en_un_mot oui_ou_non juste_la_réponse question_rapide synonyme- antonyme- contraire_de rime_avec épelle majuscules minuscules vite rapidement vrai_ou_faux",
    medium: "traduis court bref brièvement raccourcis convertis comment_dit-on emoji titre_pour",
    weak: "dis nomme mot phrase",
  },
  ocr: {
    strong:
      "ocr numérisé- transcris transcrire texte_de_l'image extrais_le_texte manuscrit- reçu facture numérise- lis_le_texte",
    medium: "document scan page",
    weak: "lis extrais tableau",
  },
  vision: {
    strong:
      "image photo photographie capture_d'écran sur_la_photo sur_cette_image dans_l'image que_vois-tu décris_l'image radiographie",
    medium: "graphique diagramme visible logo regarde",
    weak: "vois montre objet scène",
  },
  general: {
    strong:
      "dissertation poème conte histoire_sur blog lettre lettre_de_motivation résume résumé réécris relis remue-méninges slogan discours paroles haïku jeu_de_rôle imagine_que_tu fais_comme_si joue_le_rôle tu_es_un conseil- recommande- itinéraire recette persuasi- rédige créati- titre_d'article opinion dialogue roman idées_pour",
    medium:
      "écris e-mail ton style public publicité voyage vacances cadeau anniversaire cv entretien aide-moi compare penses texte paragraphe",
    weak: "s'il_te_plaît peux-tu fais donne propose sujet court meilleur sur",
  },
};
