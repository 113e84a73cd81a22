"""Short and other forms of given names, as people use them in German-speaking countries."""

from service.identity.normal.folding import folded

_FORMS = """
Alexander Alex Sascha Sandro Xander Lex
Alexandra Alex Sandra Sascha Lexi
Alfred Fred Fredi Freddy
Amalie Amelie Mali
Andrea Andi Andy
Andreas Andi Andy Anderl Andre
Angelika Angela Geli Angie Gela
Anna Anne Anni Änne Anja Anika Annika Anke Antje Hanna Nina Ann
Annelies Anneliese Anna Liesl
Annemarie Annemie
Annette Anne Annett Nette
Anton Toni Tony Antonius
Antonia Toni Antonie
Astrid Assi
August Gustl
Barbara Babs Bärbel Babsi Bärbl Wetti
Beate Bea Beatrix Beatrice
Benedikt Bene Ben
Benjamin Ben Benni Benny Benno
Bernhard Bernd Berni Berndt Hardy Bernardo
Bernadette Berni
Birgit Birgitta Biggi Gitti Brigitte
Brigitte Brigitta Gitte Gitti Biggi
Burkhard Burkhart Burghard Burkard
Carolin Caroline Karolin Karoline Carola Caro Karo Line Lina Karolina
Charlotte Lotte Lotti Lotta Charly
Christa Christl Krista
Christel Christine Christina Christa
Christian Chris Christl Kristian
Christiane Christa Christel Christl
Christina Christine Tina Chris Chrissi Christel Tine Kristina Kristin Kirsten Kerstin Kerstine Nina Stina
Christine Tine Christl Christa
Christoph Chris Stoffel Christof Kristof Stoff
Claudia Claudi Klaudia
Clemens Klemens
Cornelia Conny Conni Nele Neli Kornelia Corinna
Cornelia Nelly
Dagmar Dagi Daggi
Daniel Dani Danny
Daniela Dani Danny Ela
David Dave Davy
Dietmar Didi
Dieter Didi Dietrich Diether
Dominik Domi Dominic
Dorothea Doris Dora Dorothee Thea Doro Dorle
Eberhard Hardy
Edeltraud Traudl Traudi
Eduard Edi Eddy Ede
Eleonore Leonore Lore Lorli Nora Eleonora
Elfriede Friedl Elfi Frieda
Elisabeth Elli Lisa Lisbeth Sissi Liesl Lisi Betty Elsbeth Elsa Else
Elisabeth Ilse Elise Liese Sisi Bettina Lilli Beth Lieserl Babette Elsi Lis
Emil Milo
Erich Eric Erik
Erika Rika Erica Riki
Ernst Ernstl Erni
Eugen Geni
Eva Evi Evelyn Ev Evchen Evelin
Ferdinand Ferdi Ferdl Fred
Florian Flo Flori
Franz Franzl Franz-Xaver Frank Franzi
Franziska Franzi Fanny Sissi Ziska Fränzi
Frederik Frederic Fred Freddy Friedrich Fredi
Friedrich Fritz Fredi Friedel Frieder Fred Fritzi
Friederike Rike Fritzi Riki Frieda Friedl
Gabriel Gabi Gabor
Gabriele Gabi Gaby Gabriela Gabriella Jella Ela
Georg Schorsch Jörg Görg Jürgen Jorg Girgl George
Gerald Geri Gerry
Gerhard Gerd Gert Hardy Gerhart Geri Hardi
Gertrud Gerti Trude Traudl Trudi Gertraud Gerta Gertrude
Gisela Gisi Gila Gisa
Gottfried Friedl Götz
Gregor Greg Gregory
Günter Günther Gunther Gunter
Gustav Gustl Gust
Hannelore Hanne Lore Hanni
Hans Johannes Johann Hansi Hannes Hänsel Jan Jean Hansl
Harald Harry Harri
Heidemarie Heidi Heide
Heinrich Heinz Heiner Heini Hein Henry Hinrich Henrik Heinzi
Helena Lena Leni
Helene Helena Leni Lena Hella Hele Ellen Lene Helen
Helga Helgi
Helmut Hellmuth Helmuth Hellmut Heli
Herbert Herb Heribert Bert Herbie
Hermann Herrmann Herman Mandi
Hermine Mina Minna Herma
Hildegard Hilde Hildegart Hilda Hildi
Horst Hotte
Hubert Hubsi Bert Berti Hubertus
Ignaz Naz Nazi Ignatius
Ingeborg Inge Inga
Ingrid Inge Inga Ingi
Irmgard Irma Irmi
Isabella Isabel Bella Isa Isabelle Isabell
Jakob Jockel Köbi Jake Jacob Jacques Köbeli
Jasmin Jasmine Yasmin Yasmine Jassi
Jennifer Jenny Jenni
Jessica Jessi Jessy Jessika
Joachim Jochen Achim Jo Jochim Jockel
Johann Hannes
Johanna Hanna Hanni Jo Hannah Hanne Johanne Jana
Johannes Johann Hannes Hans
Jonathan Jonas Joni Nathan
Josef Sepp Joseph Joe Jo Seppi Beppo Pepi Jupp Josip Giuseppe Sep
Josefa Josefine Josephine Pepi Fini Sefa Josie Josephina Finni
Jürgen Juergen Jürg Jörgen
Julia Jule Juli Julie Giulia Julka Iuliia Yulia Yuliya
Julian Jules Juli
Justine Justina Tina
Karin Karina Carin Carina
Karl Carl Kalle Charly Carlo Kari Charles Karol Karli
Karl-Heinz Karl Heinz Kalle Karlheinz Carlheinz Carl-Heinz Karl-Heinrich
Karoline Karo Line
Katharina Kathi Katja Käthe Katrin Kathrin Kati Kathy Catharina
Katharina Kathl Katarina Cathrin Catrin Nina Katinka Trine Rina Ekaterina Ketterl
Kathrin Katrin Kati Kathi
Klaus Claus Nikolaus Klausi
Konrad Conrad Konni Kurt Conny Radl
Konstantin Constantin Kosta Tino Stani Kostas
Konstanze Constanze Conny Stanzi
Kurt Curt Konrad
Leonhard Leo Hartl Leonard Lenny Hardy
Leonie Leo Leni
Leopold Leo Poldi Poldl
Lieselotte Lotte Lilo Liselotte Lotti Lieselott
Lorenz Laurenz Lenz Enz Laurentius Laurent
Ludwig Lutz Wiggerl Luis Lui Louis Luigi Wickerl
Luise Louise Lulu Luisa Louisa Isi
Lukas Lucas Luk Luca
Magdalena Magda Lena Leni Maggie Madeleine Magdalene Lenerl
Manfred Manni Manne Fred Mani Fredl
Manuela Manu Ela Manuella
Manuel Manu Mani Emanuel
Marcel Marcello
Margarete Margarethe Grete Gretel Margareta Margaretha Margit Gretl Margret
Margarete Greta Marga Rita Margrit Gretchen Meta Margot Peggy Gitta Margaret
Maria Marie Mia Mitzi Mizzi Marion Maja Ria Mariechen Mariella Mary Mariele
Marianne Nanne Marianna Mariandl
Maria-Theresia Marie-Therese Mariatheresia
Mario Marius
Markus Marcus Marc Mark Marco Marko
Martin Maddin Marti Martl Märt
Martina Tina Martine Marti
Matthias Matze Mathias Hias Matthes Hiasl Matti Mats Matt Thias Theis
Maximilian Max Maxi Maxl
Mathilde Hilde Tilda Tilde Tilly
Melanie Mel Melli Melly
Michael Micha Michi Mike Michel Mich Mick Mihai Mischa Mikhail Michele Much
Michaela Michi Micha Ela Michelle
Mohammed Mohamed Muhammad Mohammad Mehmet Muhammed Mo Muhamed Mohamad Mahomed
Monika Moni Mona Monica
Nadine Nadja Nadia Dina
Natalie Nathalie Nati
Nathalie Natalie Nata Natascha Natalia
Nicole Nici Nicola Niki Nikki Nicoletta Nicol
Nikolaus Klaus Niko Niki Nikolas Niklas Nick Claus Nicolas Nicolaus Nico Nils Klaas Nikola Nikolai
Norbert Nobbi
Oliver Olli Olly Oli
Olga Olja Olia
Oskar Ossi Oscar Oski
Oswald Ossi Ossy
Othmar Ottmar Otmar
Ottilie Tilly Otti
Patrick Pat Pätt Patrik Paddy
Patricia Pat Patty Patrizia
Paul Pauli Pawel Paulus Pavel
Pauline Paula Paulina Line
Peter Pit Pete Peterl Pidder Pierre Petr Pedro Pietro Piet
Petra Peti Petri
Philipp Phil Philip Lipp Philippe Flip Filip
Rainer Reiner Reinhard Rainar
Raimund Raymund Reimund Mundl
Rebecca Rebekka Becky
Rebekka Rebecca Becky Bekky
Regina Gina Regine Reni
Reinhard Reinhart Hardy Reini Rainer
Renate Reni Nati Renata
Richard Rick Ricky Richi Riccardo Rico Dick
Richard Richie
Robert Rob Bob Robbi Robin Bert Berti Robi Röbi
Roland Roli Rolli Rolando
Rolf Rudolf Ralf
Rosa Rosi Rosina Resi Rosalie Roserl
Rosemarie Rosi Romy Rosmarie Rosamarie
Roswitha Rosi Witha
Rudolf Rudi Rolf Rudolph Ruedi Rudl
Ruth Ruthi
Sabine Bine Biene Sabina Sabi Binchen
Samuel Sam Sämi Sammy Sämu
Sandra Sandy Sanni Alexandra
Sebastian Basti Bastian Wastl Seb Sebi Baschi
Siegfried Sigi Siggi Sigfried Friedl
Sigrid Siggi Sigi
Silke Cäcilie
Silvia Sylvia Silvi Sylvie Silvie
Simon Simi Sime
Sofia Sofie Sophia
Sonja Sonia Sonni Sophie Sonya
Sophie Sofie Sophia Sofia Fifi Sophi Zofia
Stefan Stephan Steffen Steff Steve Steven Stefano Stevo Stipe Stefferl Stöff
Stefanie Steffi Stephanie Fanny Stefani Steffie Fani Stephania Stefania
Susanne Susi Sanne Suse Susanna Sanna Suzanne Susann Zuzana
Sven Swen
Tatjana Tanja Tania Tatiana
Theodor Theo Ted Teddy Fedor Thed
Theresa Resi Therese
Theresia Therese Resi Theresa Resl Thery Teresa Terese Threse Tess
Thilo Tilo
Thomas Tom Tommi Tommy Thom Tomas Domi Tomasz Tommaso
Tobias Tobi Toby Tobes
Torsten Thorsten Toto Thorstein
Ulrich Uli Ulli Ueli Utz Ulrik
Ulrike Uli Ulli Rike Ulla Ulrika Ricki
Ursula Uschi Ulla Ursel Ursl Ursi Ursina Urschi Ushi
Ute Uta Utta
Valentin Vali Valtin Tino Velten
Valentina Valli Tina Vali
Veronika Vroni Veronica Vreni Ronja Verona Roni Verena
Verena Vreni Vera Reni
Viktor Victor Vic Vico
Viktoria Victoria Vicky Vicki Vici Wiki
Vinzenz Vincent Vinz Zenz Zenzl
Volker Folker Volkhard
Waltraud Traudl Traudi Trude Waltraut Waldtraud Walli
Walter Walther Walti Waldi Wali
Wenzel Vaclav
Werner Wernher Wern
Wilfried Willi Friedl Wilfrid
Wilhelm Willi Willy Wim Helm Helmut William Bill Willem Wille
Wilhelmine Minna Mina Wilma Minni
Winfried Winni
Wolfgang Wolf Wolfi Wolferl
Xaver Xavi Franz-Xaver Veri
Yannick Jannik Yannik Jannick Janik
Zacharias Zach
"""


def _variants() -> dict[str, frozenset[str]]:
    by_word: dict[str, set[str]] = {}
    for line in _FORMS.split("\n"):
        forms = [folded(word) for word in line.split()]
        for form in forms[1:]:
            by_word.setdefault(forms[0], set()).add(form)
            by_word.setdefault(form, set()).add(forms[0])
    return {word: frozenset(others - {word}) for word, others in by_word.items()}


VARIANTS = _variants()
"""A folded given name -> the names that its bearer may use instead; two short forms of one name are no variants."""
