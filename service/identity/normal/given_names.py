"""Given names that are frequent in German-speaking countries: they tell which word of a whole name is which."""

from service.identity.normal.folding import folded
from service.identity.normal.nicknames import VARIANTS

_NAMES = """
Achim Adam Adelheid Adelina Adolf Adrian Adriana Agathe Agnes Ahmad Ahmed Ahmet Aileen Aische Alessandro Alessia
Alfons Alicia Alina Alisa Alma Alois Aloisia Alwin Amanda Amelie Amina Amir Amira Ana Anastasia Andrej Andrzej
Angela Angelina Angelo Anita Anneke Annegret Annelie Annett Annette Annika Anselm Ansgar Antoine Arben Arne Arno
Arnold Artur Arthur Arzu Athanasios Aurelia Axel Ayse Aylin Aysel Azra Beata Belinda Benita Berta Bertha Berthold
Bianca Birte Björn Blanka Blerim Bodo Bogdan Boris Branko Bruno Bülent Cahit Can Caner Carina Carla Carlos Carmen
Carsten Cäcilia Cécile Cedric Celina Celine Cem Cemal Cengiz Chantal Charlene Christa Chiara Cindy Clara Claude
Constanze Corinna Corinne Cosima Cyrill Damian Damir Daria Dario Darko Deborah Deniz Denis Dennis Denise Derya
Desiree Detlef Detlev Diana Diego Dietlinde Dilek Dino Dirk Ditmar Dmitri Dolores Dominique Dorian Doris Dragan
Dragana Dunja Dusan Eberhard Eckhard Eckart Edda Edelgard Edgar Edith Edmund Edwin Egbert Egon Ela Elena Elfi Elias
Elif Elke Ellen Elmar Elvira Emanuel Emely Emilia Emilie Emily Emine Emma Emre Engelbert Enrico Erdal Erhard Erkan
Ernestine Erna Erwin Esra Esther Etienne Eugenie Evelyne Ewald Fabian Fabienne Fabio Falk Fatih Fatima Fatma
Felicitas Felix Felizitas Ferenc Filiz Finja Finn Fiona Flora Florence Florentine Folke Francesca Francesco Frauke
Freya Fridolin Fritz Gaby Gebhard Georgios Geraldine Gerda Gerlinde Germaine Gero Gerrit Gesa Gesine Gianni Gilbert
Giovanni Gitta Goran Gottlieb Götz Grazyna Gudrun Guido Guillaume Gunda Gundula Gunnar Guntram Hakan Halil Hanna
Hannah Hannelore Hanspeter Hansjörg Hansruedi Hans-Jürgen Harry Hartmut Hartwig Hasan Hatice Hedwig Heide Heidelinde
Heidi Heidrun Heike Heiko Heino Heinz Helge Hella Hendrik Henning Henriette Henrik Hertha Herta Hilda Hiltrud Holger
Hubertus Hugo Husein Hüseyin Ibrahim Ida Igor Ilka Ilona Ilse Imke Immanuel Ina Ines Inga Inge Ingo Ingolf Inka Inna
Insa Irene Irina Iris Irma Isabel Ismail Isolde István Ivan Ivana Ivo Ivonne Iwona Jaan Jacqueline Jadwiga Jan Jana
Janek Janin Janina Janine Jannes Jannik Jaqueline Jaroslav Jasper Jeannette Jeannine Jelena Jens Jeremias Jerome
Jerzy Joana Joel Jolanda Jolanta Jona Jonas Jordan Jörn Jost Jovana Juan Judith Julius Juri Justin Justus Jutta Kai
Kaja Karla Karoline Karsten Kaspar Katerina Katja Katrin Kay Kemal Kenan Kerim Kerstin Kevin Kilian Kim Kirsten
Klara Klothilde Knut Korbinian Korinna Kornelius Krystyna Krzysztof Kuno Lara Larissa Lars Lasse Laura Laurin Lea
Leander Leila Lena Lenard Leni Leon Leona Leonie Leoni Leyla Lia Liam Liane Lidia Liesbeth Lilian Liliane Lilly Lina
Linda Linus Lisa Lisbeth Lothar Lotte Luana Luca Lucia Lucie Lucien Ludmilla Ludger Luigi Lukas Luis Luka Luna Lydia
Lyn Lynn Madlen Magnus Maja Malgorzata Malte Malwina Mandy Manja Mara Marcel Marc Marco Marek Mareike Maren Margot
Marga Mariam Marian Marija Marina Marino Marion Marisa Marit Marius Marko Marlene Marlies Marlis Marta Martha Marvin
Mascha Mateo Mathis Mathias Mats Mattis Maurice Mauro Maurus Max Maya Mechthild Mehmet Meike Melina Melinda Melissa
Meral Merle Merve Meta Mia Mila Milan Milena Milica Milos Miran Miriam Mirjam Mirko Miroslav Mirjana Mohamed Mona
Moritz Morten Murat Mustafa Myriam Nada Nadia Nadja Naomi Natascha Nele Nelly Nermin Neslihan Nick Nico Niels Nikita
Niklas Nils Nina Noah Noel Noemi Nora Norbert Norman Nuri Nuria Nurcan Olaf Ole Oleg Olena Olga Olivia Omar Ömer
Onur Orhan Ortrud Ortwin Osman Oswin Otmar Otto Özlem Pablo Pamela Paola Paolo Pascal Pasquale Paula Peer Pelin Pia
Piotr Pius Priska Quirin Rabea Radovan Rahel Raffael Raffaela Ralf Ralph Ramazan Ramona Ramon Raphael Raphaela
Rasmus Reiner Reinhild Reinhold Remo Renato Rene Renee Reto Ricarda Ricardo Rico Rieke Rita Robin Rocco Roger Romana
Roman Ronald Ronny Rosalia Rosalinde Rosemarie Rosina Roswitha Roxana Rüdiger Rupert Ruben Rudolf Saban Sabina
Sabrina Said Salih Salome Salvatore Samira Samir Samantha Sara Sarah Sascha Saskia Selim Selina Selma Semra Senta
Serap Serdar Serge Sergej Sergio Serkan Severin Sevgi Sibel Sibylle Sidonie Siegbert Sieglinde Siegmund Sigmund
Sigrun Silvana Silvio Simona Simone Sina Sinan Sinem Slavica Sofie Solveig Sonja Sophia Sören Stanislav Stanislaw
Stella Steven Sunniva Svea Svenja Svetlana Swantje Swetlana Sybille Tabea Tamara Tamer Tanja Tarek Tatjana Teodora
Teresa Tessa Thea Theo Theodora Thekla Theodor Thies Thilo Till Tilman Tim Timo Timon Tina Tino Tom Traute Tristan
Tuncay Udo Ufuk Ulf Ulla Umut Undine Urban Urs Ursina Uta Ute Uwe Vanessa Vera Vesna Veit Verena Vedat Vinzenz Vito
Vitus Vitali Vivian Vivien Vladimir Volkmar Waldemar Walburga Waltraud Wanda Wencke Wendelin Wenke Werner Wiebke
Wieland Wilfried Wilma Winfried Wiltrud Wladimir Wojciech Wolfram Xenia Yannis Yasemin Yasin Yilmaz Yvette Yves
Yvonne Yusuf Zeki Zeynep Zdenka Zita Zofia Zoe Zoltan Zoran James John Mary William Robert George Charles Thomas
Henry David Margaret Elizabeth Edward Joseph Richard Jean Pierre Marie Jacques Michel Nathalie Sylvie Catherine
Isabelle Françoise Philippe Nicolas Laurent Olivier Patricia Sandrine Stéphane Valérie Véronique Thierry Giuseppe
Maria Giulia Antonio Luca Francesca Roberto Stefano
"""
GIVEN_NAMES = frozenset(word for text in _NAMES.split() for word in folded(text).split()) | frozenset(VARIANTS)
_ALSO_FAMILY_NAMES = """
Adam Ahmed Ali Albrecht Alexander Anton Arndt Arnold Axel August Bastian Beck Bernhard Bernd Bernhardt Berthold
Bruno Can Carl Christian Claus Conrad Dick Dietrich Ebert Eberhard Eckart Eckhard Erhard Ernst Ferdinand Fischer
Frank Franz Friedrich Fritz Fritsch Gabriel Georg George Gerhard Gottfried Gregor Günther Gunther Gustav Hartmann
Hartwig Hassan Hein Heiner Heinrich Heinz Helm Henning Henry Herbert Hermann Herrmann Hilmar Hubert Hugo Ibrahim
Jacob Jakob James John Jordan Jost Julius Kaspar Kaya Konrad Kuhn Lang Lenz Leonhard Leopold Lorenz Louis Ludwig
Lutz Marco Mark Markus Martin Marx Mathias Matthias Maurer Max Merz Michael Michel Mohammed Moritz Nikolaus Nickel
Noah Oswald Osman Otto Pascal Paul Paulus Peter Philipp Pohl Ralf Reiner Reinhard Reinhardt Reinhold Richard Riedel
Robert Roland Roman Rosa Rudolf Rudolph Sander Scholz Seidel Siegfried Simon Stephan Theis Thomas Urban Valentin
Veit Victor Viktor Vinzenz Vincent Volk Wagner Walter Walther Weber Wendel Wenzel Werner Wilhelm William Winter Wolf
Wolff Wolfram Yilmaz Zacharias Lex Bert Sahin Demir Yusuf Jung Gross Kay Kai Frey Hardy Fred Charles David Edward
"""
AMBIGUOUS = frozenset(folded(word) for word in _ALSO_FAMILY_NAMES.split())
"""Given names that are family names as well: they prove no swapped fields."""
_IN_ONE_WORD = """
Anna-Lena Anna-Maria Anna-Sophie Anne-Marie Anne-Kathrin Anna-Lisa Eva-Maria Eva-Marie Hans-Peter Hans-Jürgen
Hans-Joachim Hans-Georg Hans-Werner Hans-Dieter Hans-Ulrich Hans-Rudolf Hans-Jörg Hans-Martin Hans-Heinrich
Karl-Heinz Karl-Josef Klaus-Dieter Klaus-Peter Heinz-Peter Horst-Dieter Lisa-Marie Marie-Luise Marie-Louise
Maria-Theresia Marie-Theres Ann-Kathrin Ann-Christin Ann-Sophie Jan-Niklas Wolf-Dieter Franz-Josef Franz-Xaver
Karl-Friedrich Ernst-August Hans-Christian Hans-Ruedi Peter-Paul Rose-Marie Heide-Marie Lise-Lotte Marie-Christine
Marie-Claire Jean-Claude Jean-Pierre Jean-Marc Jean-Luc Jean-Paul
"""
IN_ONE_WORD = {folded(name).replace(" ", ""): folded(name) for name in _IN_ONE_WORD.split()}
"""Double names written as one word -> their words."""
