import type { WordList } from "./word-list.ts";

/** Words that speak for a category. A trailing `-` stands for any ending, `_` for a space. */
export const spanish: WordList = {
  code: {
    strong:
      "programación código_fuente script expresión_regular prueba_unitaria pruebas_unitarias base_de_datos refactoriz- compila- depura- recursiv- árbol_binario lista_enlazada bucle_infinito fuga_de_memoria consulta_sql servidor_web",
    medium:
      "función método clase código programa algoritmo error_de bucle variable consulta biblioteca implement- cadena arreglo array sintaxis módulo parser componente excepción",
    weak: "escribe corrige error ordena lista archivo fichero salida entrada prueba",
  },
  math: {
    strong:
      "ecuación ecuaciones integral derivada- polinomio- probabilidad demuestra_que teorema número_primo números_primos raíz_cuadrada hipotenusa perímetro logaritmo matriz autovalor- divisible factorial resuelve_la_ecuación interés_compuesto desviación_estándar simplifica",
    medium:
      "calcula suma producto fracción porcentaje por_ciento promedio media triángulo círculo rectángulo radio área volumen ángulo dividido multiplica- cuánto cuánta cuántos cuántas kilómetros_por dados interés resuelve",
    weak: "número números cuesta cuestan precio total cada doble mitad quedan euros litros",
  },
  reasoning: {
    strong:
      "acertijo adivinanza rompecabezas lógica lógico lógicamente deduce deducir silogismo premisa- contradicción paradoja falacia quién_miente dice_la_verdad se_puede_concluir podemos_concluir se_deduce no_pertenece siguiente_número continúa_la_serie si_todos experimento_mental",
    medium:
      "hermanas hermanos hermano hermana alto bajo mayor_que menor_que más_alto más_joven miente mentiroso adelanta- sentado sentados sentada frente_a izquierda_de derecha_de justifica razona razonamiento pros_y_contras paso_a_paso supón supongamos afirmación afirmaciones sospechoso- culpable norte sur este oeste",
    weak: "si entonces quién cuál exactamente ninguno solo algunos por_qué pista- casa casas color",
  },
  factual: {
    strong:
      "capital_de quién_inventó quién_descubrió quién_escribió quién_pintó quién_fue cuándo_fue cuándo_se cuándo_empezó en_qué_año qué_altura cuántos_habitantes símbolo_químico punto_de_ebullición punto_de_fusión más_grande_del más_alta_del más_largo_del más_profundo historia_de guerra_mundial moneda_de número_atómico fundada fundado significado_de",
    medium:
      "capital inventó descubrió siglo imperio revolución guerra constitución planeta especie elemento molécula fotosíntesis gravedad economía inflación teoría física biología química geografía antiguo terremoto continente país río montaña océano qué_es qué_son explica_el explica_la cómo_se_forma cómo_funciona",
    weak: "explica describe define qué dónde cuándo famoso origen importancia papel",
  },
  agentic: {
    strong:
      "automatiza- flujo_de_trabajo agente busca_en_la_web busca_en_internet reserva_un resérvame reserva_una programa_una_reunión agenda_una envía_un_correo envíame envía_el crea_un_ticket abre_un_ticket rellena_el_formulario llama_a_la_api calendario bandeja_de_entrada descarga_todos usa_la_herramienta usa_las_herramientas",
    medium:
      "después luego primero finalmente a_continuación cada_mañana cada_día cada_hora monitoriza vigila avísame notifica- recordatorio vuelos hoteles sube descarga página_web sitios busca tarea tareas ejecuta planifica",
    weak: "primero correo resultados informe guarda actualiza",
  },
  fast: {
    strong:
      "hola buenos_días buenas_noches gracias una_palabra en_una_palabra sí_o_no solo_la_respuesta pregunta_rápida sinónimo- antónimo- contrario_de rima_con deletrea mayúsculas minúsculas rápido rápidamente verdadero_o_falso",
    medium: "traduce corto breve brevemente acorta convierte cómo_se_dice emoji título_para",
    weak: "di nombra palabra frase",
  },
  ocr: {
    strong:
      "ocr escanead- transcribe transcribir texto_de_la_imagen texto_del_documento extrae_el_texto manuscrit- recibo factura digitaliza- lee_el_texto ticket_de_compra",
    medium: "documento escaneo campos_del_formulario página",
    weak: "lee extrae tabla",
  },
  vision: {
    strong:
      "imagen foto fotografía captura_de_pantalla en_la_foto en_esta_imagen en_la_imagen qué_ves qué_se_ve describe_la_imagen radiografía",
    medium: "gráfico diagrama visible logotipo cámara mira",
    weak: "ves muestra objeto objetos escena",
  },
  general: {
    strong:
      "ensayo poema cuento historia_sobre blog carta carta_de_presentación resume resumen resumir reescribe corrige_el_estilo lluvia_de_ideas eslogan discurso letra_de haiku juego_de_rol imagina_que_eres actúa_como finge eres_un consejo- recomienda- itinerario receta persuasiv- redacta creativ- titular opinión diálogo novela ideas_para",
    medium:
      "escribe correo tono estilo público publicidad viaje vacaciones regalo cumpleaños currículum entrevista ayúdame compara opinas texto párrafo",
    weak: "por_favor podrías haz dame sugiere tema corta mejor sobre",
  },
};
