import type { WordList } from "./word-list.ts";

/** Words that speak for a category. A trailing `-` stands for any ending, `_` for a space. */
export const english: WordList = {
  code: {
    strong:
      "python javascript typescript golang rust java kotlin c++ c# php ruby sql html css bash regex regexp refactor- docstring dockerfile kubernetes json yaml api endpoint unittest pytest jest npm pandas numpy react django flask node.js compiler segfault stacktrace traceback nullpointer- typeerror recursion leetcode backend frontend codebase pull_request unit_test unit_tests stack_trace linked_list binary_tree binary_search hash_map big_o time_complexity git merge_conflict mutex deadlock middleware",
    medium:
      "function functions code coding program programming script class method algorithm bug debug- compile- implement- array arrays string strings loop loops variable syntax parse parser query queries database library framework module repository snippet exception recursive iterate boolean integer pointer async await thread threads cli css selector component data_structure",
    weak: "write fix error optimize optimise input output returns sort sorted list file test tests server",
  },
  math: {
    strong:
      "equation equations integral derivative- polynomial- probability theorem prove_that proof algebra- geometry trigonometr- calculus logarithm eigenvalue- matrix modulo remainder divisible factorial quadratic hypotenuse perimeter circumference prime_number prime_numbers simplify solve_for find_the_value vertices vertex dice permutation- combinator- standard_deviation differentiate integrate inequality square_root compound_interest",
    medium:
      "calculate compute sum product fraction percent percentage average mean median triangle circle rectangle radius area volume angle digits integers divided multiplied multiply subtract plus minus times squared cubed ratio per_hour interest how_much how_many coordinates slope kilometers_per mph solve real_number",
    weak: "total value number numbers cost costs price each equal equals half twice double remaining randomly expression gives spent",
  },
  reasoning: {
    strong:
      "riddle puzzle logic logical logically deduce deduction syllogism premise premises conclusion paradox fallacy contradiction knights_and_knaves liar truth-teller brain_teaser lateral_thinking must_be_true can_we_conclude can_be_concluded what_can_be_inferred does_it_follow if_all therefore odd_one_out who_is_lying which_statement next_in_the_sequence next_in_the_series cause_and_effect thought_experiment counterfactual explain_your_reasoning who_is_the is_it_possible related_to_whom",
    medium:
      "reasoning infer sisters brothers brother sister taller shorter older younger facing overtake overtook opposite north south east west left_of right_of seated sits sitting standing truthful lies suspect suspects guilty explain_why_or_why_not does_not_belong belong_together weigh_the pros_and_cons trade-off- trade-offs step_by_step assume suppose hypothetical implies argument valid mother father son daughter cousin relationship in_the_middle yesterday tomorrow is_true is_false true_or_false_if always_lies how_many_brothers how_many_sisters how_many_children",
    weak: "if then who which person people each exactly either neither only some none why clue clues statement statements race position floor house houses color word words",
  },
  factual: {
    strong:
      "capital_of who_invented who_discovered who_wrote who_was who_painted when_did when_was what_year in_which_year how_tall how_old how_far how_long_is population_of president_of located_in chemical_symbol boiling_point melting_point largest smallest tallest longest deepest fastest_animal founded history_of world_war treaty_of definition_of atomic_number currency_of author_of meaning_of",
    medium:
      "capital invented discovered century empire revolution war constitution planet species element chemical molecule dna photosynthesis gravity ecosystem monarchy economy gdp inflation theory physics biology chemistry geography historical ancient dynasty amendment philosopher quantum superposition mechanism enzyme earthquake continent country river mountain ocean what_is what_are explain_the describe_the what_causes",
    weak: "describe explain define what where when century origin famous significance impact role principles concept major",
  },
  agentic: {
    strong:
      "automate automation workflow agent agents tool_call tool_calls use_the_tool use_tools browse_the_web search_the_web web_search book_a book_me schedule_a send_an_email send_emails send_a create_a_ticket open_a_ticket fill_out_the_form call_the_api orchestrate scrape crawl deploy pipeline multi-step step-by-step_plan_and_execute log_in download_all and_then_email and_email post_it_to calendar inbox jira slack crm",
    medium:
      "then finally afterwards after_that first_then next_step monitor every_morning every_day every_hour whenever notify reminder reserve flights hotels fetch upload download spreadsheet website websites search find_the_cheapest compare_prices task tasks execute plan_a plan_and organise organize autonomously",
    weak: "first email search results report save update run each",
  },
  fast: {
    strong:
      "hi hello hey thanks thank_you good_morning good_night one_word in_a_word yes_or_no true_or_false tl;dr tldr quickly quick_question real_quick in_one_word in_five_words single_word just_the_answer short_answer synonym antonym opposite_of rhymes_with spell spelling capitalize uppercase lowercase",
    medium:
      "translate quick short briefly shorten synonym convert what's_the_word emoji title_for name_for label",
    weak: "rephrase say pick one_sentence give_me_a word sentence",
  },
  ocr: {
    strong:
      "ocr scan scanned transcribe extract_the_text extract_text read_the_text text_in_the_image text_from_the text_from_this handwriting handwritten receipt invoice digitize digitise read_this_document pdf_scan printed_text",
    medium: "document table_in text form_fields receipt_total page pages latex_from scans",
    weak: "read extract markdown table",
  },
  vision: {
    strong:
      "image picture photo photograph screenshot diagram_shown this_chart in_the_picture in_this_image in_the_photo what_do_you_see what_is_shown describe_the_image shown_here depicted drawing painting_shown selfie x-ray",
    medium: "chart diagram visible look_at logo meme pixel camera colour_of_the color_of_the",
    weak: "see shows show object objects scene",
  },
  general: {
    strong:
      "essay poem story blog letter cover_letter summarize summarise summary rewrite proofread brainstorm slogan speech lyrics haiku role-play roleplay pretend act_as pretend_to_be you_are_a imagine_you_are as_if_you advice recommend- itinerary recipe caption persuasive draft compose creative ideas_for headline opinion screenplay dialogue character- novel persona take_on_the_role the_role_of you_are_now you_are_an speak_like talk_like in_the_style_of in_the_voice_of in_the_following as_a_character given_the_following based_on_the_following following_text following_passage following_paragraph paragraph article- review reviews evaluate_the_following extract_the_following classify_the sentiment named_entities edit_the_following grammatical",
    medium:
      "write email blog_post product_description story_about tone style audience engaging marketing travel vacation gift birthday resume interview tips help_me feedback compare opinion feel- text passage headline analyze analyse identify extract list_the",
    weak: "please could make give suggest topic topics short ideas best tell about the_following",
  },
};
